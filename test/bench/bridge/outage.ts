import { setTimeout as sleep } from 'node:timers/promises';
import { FaultProxy } from '../../rigs/fault-proxy.ts';
import { Ledger } from '../../rigs/ledger.ts';
import { LedgerPublisher } from '../../rigs/ledger-publisher.ts';
import { Mosquitto } from '../../rigs/mosquitto.ts';
import { until } from '../../rigs/until.ts';
import { TallyClient } from '../broker/tally-client.ts';
import { writtenBytes } from '../process-figures.ts';
import type { Contender } from './subject.ts';

const TOPICS = ['load/a', 'load/b', 'load/c', 'load/d'];
/** Bytes of one. */
export const PAYLOAD = 100;
/** Sent by the publisher and not yet acknowledged. */
const WINDOW = 1_000;
/** No arrival in so long, and what is missing is lost. */
const SILENCE_MS = 5_000;

export interface OutageShape {
  /** How long the upstream is away, in milliseconds, or until so many are acknowledged. */
  readonly away_ms: number;
  readonly backlog: number;
  /** Messages a second; as many as it acknowledges when missing. */
  readonly rate?: number;
  /** Of the link, there and back. */
  readonly round_trip_ms: number;
}

export interface OutageFigures {
  /** Acknowledged a second while the upstream was away. */
  readonly acknowledged_per_s: number;
  /** Bytes on the disk for each byte of payload. */
  readonly amplification: number;
  readonly drained_per_s: number;
  readonly lost: number;
  readonly duplicated: number;
}

/** An upstream that is away while messages come, a SIGKILL for who is to stand it, and the drain when it is back. */
export async function outage(contender: Contender, shape: OutageShape): Promise<OutageFigures> {
  const cloud = await Mosquitto.make();
  await cloud.start();
  const link = await FaultProxy.start(cloud.port);
  link.cut();
  const subject = await contender.make(link.port);
  const ledger = new Ledger();
  try {
    const consumer = await TallyClient.connect(cloud.port, 'consumer');
    let first_ms = 0;
    let last_ms = 0;
    consumer.onMessage = (payload) => {
      last_ms = performance.now();
      first_ms ||= last_ms;
      // The topics take their turns, so the number says which it is.
      const number = Number.parseInt(payload.toString('latin1'), 10);
      ledger.arrive({ topic: TOPICS[number % TOPICS.length] ?? '', number, historic: true });
    };
    await consumer.subscribe('load/#', 1);
    await subject.start();
    await sleep(500);
    const written = writtenBytes(subject.pid);
    const began_ms = performance.now();
    const publisher = await LedgerPublisher.start(subject.port, ledger, {
      topics: TOPICS,
      window: WINDOW,
      padding: PAYLOAD - 8,
      ...(shape.rate === undefined ? {} : { rate: shape.rate }),
    });
    await until(
      'the end of the outage',
      () => performance.now() - began_ms > shape.away_ms || ledger.acknowledged >= shape.backlog,
      shape.away_ms + 10_000,
    );
    const acknowledged_per_s = (ledger.acknowledged * 1000) / (performance.now() - began_ms);
    const amplification = (writtenBytes(subject.pid) - written) / (ledger.acknowledged * PAYLOAD);
    await publisher.stop(60_000);
    if (contender.durable) await subject.kill();
    link.set({ delay_ms: shape.round_trip_ms / 2 });
    if (contender.durable) await subject.start();
    await until('the first arrival', () => first_ms > 0, 60_000);
    await until(
      'the last arrival',
      () => ledger.missing.size === 0 || performance.now() - last_ms > SILENCE_MS,
      600_000,
    );
    const { lost, duplicated } = ledger.tally();
    const drained_per_s = (ledger.arrived * 1000) / (last_ms - first_ms);
    await consumer.close();
    return { acknowledged_per_s, amplification, drained_per_s, lost, duplicated };
  } finally {
    await subject.remove();
    await link.stop();
    await cloud.remove();
  }
}
