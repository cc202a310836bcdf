import { FaultProxy } from '../../rigs/fault-proxy.ts';
import { Ledger } from '../../rigs/ledger.ts';
import { LedgerPublisher } from '../../rigs/ledger-publisher.ts';
import { Mosquitto } from '../../rigs/mosquitto.ts';
import { until } from '../../rigs/until.ts';
import { TallyClient } from '../broker/tally-client.ts';
import { residentBytes } from '../process-figures.ts';
import { makePinbus } from './subject.ts';

export interface BacklogFigures {
  readonly acknowledged_per_s: number;
  readonly filled_bytes: number;
  /** From the start of the process on that backlog. */
  readonly ready_ms: number;
  readonly ready_bytes: number;
  /** The highest seen. */
  readonly draining_bytes: number;
}

/** A node with a backlog of so many messages: what it costs to have, to start on, and to drain. */
export async function bigBacklog(messages: number): Promise<BacklogFigures> {
  const cloud = await Mosquitto.make();
  await cloud.start();
  const link = await FaultProxy.start(cloud.port);
  link.cut();
  const subject = await makePinbus(link.port);
  try {
    await subject.start();
    const ledger = new Ledger();
    const began_ms = performance.now();
    const topics = Array.from({ length: 50 }, (_, index) => `load/${index}`);
    const publisher = await LedgerPublisher.start(subject.port, ledger, { topics, window: 1_000, padding: 92 });
    await until('the backlog', () => ledger.acknowledged >= messages, 3_600_000);
    const acknowledged_per_s = (ledger.acknowledged * 1000) / (performance.now() - began_ms);
    await publisher.stop();
    const filled_bytes = residentBytes(subject.pid);
    await subject.kill();
    const ready_ms = await subject.start();
    const ready_bytes = residentBytes(subject.pid);
    const consumer = await TallyClient.connect(cloud.port, 'consumer');
    await consumer.subscribe('load/#', 0);
    await subject.kill();
    link.heal();
    await subject.start();
    let draining_bytes = 0;
    // A twentieth of it says what a drain costs.
    await until(
      'a drain under way',
      () => {
        draining_bytes = Math.max(draining_bytes, residentBytes(subject.pid));
        return consumer.received > messages / 20;
      },
      600_000,
    );
    await consumer.close();
    return { acknowledged_per_s, filled_bytes, ready_ms, ready_bytes, draining_bytes };
  } finally {
    await subject.remove();
    await link.stop();
    await cloud.remove();
  }
}
