import { bundled } from '../../../scripts/bundle.mjs';
import { FaultProxy } from '../../rigs/fault-proxy.ts';
import { Mosquitto } from '../../rigs/mosquitto.ts';
import { Program } from '../../rigs/program.ts';
import { until } from '../../rigs/until.ts';
import { TallyClient } from '../broker/tally-client.ts';

const PUBLISHER = await bundled('test/bench/bridge/bare-publisher.ts');

export interface CeilingShape {
  readonly window: number;
  readonly messages: number;
  /** Of one payload. */
  readonly bytes: number;
  /** Of the link, there and back. */
  readonly round_trip_ms: number;
}

/**
 * Messages a second that come through the upstream and the link of a bench from a program that keeps nothing and encodes
 * nothing: what no bridge with that window can pass.
 */
export async function ceiling({ window, messages, bytes, round_trip_ms }: CeilingShape): Promise<number> {
  const cloud = await Mosquitto.make();
  await cloud.start();
  const link = await FaultProxy.start(cloud.port);
  link.set({ delay_ms: round_trip_ms / 2 });
  let publisher: Program | undefined;
  try {
    const consumer = await TallyClient.connect(cloud.port, 'consumer');
    let first_ms = 0;
    let last_ms = 0;
    consumer.onMessage = () => {
      last_ms = performance.now();
      first_ms ||= last_ms;
    };
    await consumer.subscribe('load/#', 1);
    publisher = new Program(process.execPath, [PUBLISHER, ...[link.port, window, messages, bytes].map(String)]);
    await until('all of them', () => consumer.received === messages, 600_000);
    await consumer.close();
    return (messages * 1000) / (last_ms - first_ms);
  } finally {
    await publisher?.kill();
    await link.stop();
    await cloud.remove();
  }
}
