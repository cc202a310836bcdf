import { LoadClient, publishPacket } from '../../rigs/load-client.ts';
import { until } from '../../rigs/until.ts';
import { SET, STATE, type Subject } from './subject.ts';

/** Sends ON and OFF in turn, each when the state of the one before has come. Milliseconds from set to state. */
export async function roundTrips(subject: Subject, qos: 0 | 1, count: number): Promise<number[]> {
  const client = await LoadClient.connect(subject.port, 'bench');
  let arrived: (payload: string) => void = () => {};
  client.onMessage = (_topic, payload, { retain }) => {
    if (!retain) arrived(payload.toString('latin1'));
  };
  await client.subscribe(STATE, qos);
  const latencies: number[] = [];
  for (let index = 0; index <= count; index++) {
    const command = index % 2 === 0 ? 'ON' : 'OFF';
    const began = performance.now();
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${subject.name}: no state for ${command} in 5 s`)), 5_000);
      arrived = (payload) => {
        if (payload !== command) return;
        clearTimeout(timer);
        resolve();
      };
      client.publish(SET, command, qos);
    });
    // The first one finds cold code on both sides.
    if (index > 0) latencies.push(performance.now() - began);
  }
  client.publish(SET, 'OFF', qos);
  await client.ping();
  await client.close();
  return latencies;
}

/** Milliseconds of silence after which no more states are to come. */
const SILENCE_MS = 300;

/** Commands a second: ON and OFF in turn, all in one piece, until the broker took them all and the last state came. */
export async function burst(subject: Subject, count: number): Promise<number> {
  const client = await LoadClient.connect(subject.port, 'bench');
  let state = '';
  let last_at_ms = 0;
  client.onMessage = (_topic, payload) => {
    state = payload.toString('latin1');
    last_at_ms = performance.now();
  };
  await client.subscribe(STATE);
  const commands = Array.from({ length: count }, (_, index) => ((count - index) % 2 === 1 ? 'ON' : 'OFF'));
  const bytes = Buffer.concat(commands.map((command) => publishPacket(SET, command, 0, 0)));
  const began = performance.now();
  void client.write(bytes);
  await client.ping();
  last_at_ms = Math.max(last_at_ms, performance.now());
  await until('silence', () => performance.now() - last_at_ms > SILENCE_MS, 60_000);
  if (state !== 'ON') throw new Error(`${subject.name}: the last command was ON, the last state is ${state}`);
  client.publish(SET, 'OFF');
  await until('OFF', () => state === 'OFF');
  await client.close();
  return count / ((last_at_ms - began) / 1_000);
}
