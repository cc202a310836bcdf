import { once } from 'node:events';
import { connect } from 'node:net';
import { bundled } from '../../../scripts/bundle.mjs';
import { Program } from '../../rigs/program.ts';
import type { Subject } from './subject.ts';
import { encode, type Qos, TallyClient } from './tally-client.ts';

const ECHO = await bundled('test/bench/broker/echo.ts');
const TOPIC = 'bench/oneself';
const PAYLOAD = Buffer.alloc(64, 'x');

/** Milliseconds from each publish of a client until it has the message itself, one after the other. */
export async function toOneself({ port }: Subject, qos: Qos, count: number): Promise<number[]> {
  const client = await TallyClient.connect(port, 'oneself');
  await client.subscribe(TOPIC, qos);
  const message = encode(TOPIC, PAYLOAD, qos);
  const latencies = await inTurn(count, (arrived) => {
    client.onMessage = arrived;
    client.publish(message);
  });
  await client.close();
  return latencies;
}

/** A process that only sends back what it gets: what it takes is the machine's, and above that a broker's. */
export class Echo {
  readonly #program = new Program(process.execPath, [ECHO]);

  async roundTrips(count: number): Promise<number[]> {
    const port = await this.#program.line('a port', (line) => Number(line) || undefined);
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    let arrived: () => void = () => {};
    socket.on('data', () => arrived());
    const latencies = await inTurn(count, (settle) => {
      arrived = settle;
      socket.write(PAYLOAD);
    });
    socket.destroy();
    return latencies;
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }
}

async function inTurn(count: number, send: (arrived: () => void) => void): Promise<number[]> {
  const latencies: number[] = [];
  for (let i = 0; i < count; i++) {
    const began = performance.now();
    await new Promise<void>(send);
    latencies.push(performance.now() - began);
  }
  return latencies;
}
