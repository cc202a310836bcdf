import { fileURLToPath } from 'node:url';
import { Program } from '../../rigs/program.ts';
import { Crowd, TOPIC } from './crowd.ts';
import type { Subject } from './subject.ts';
import { encode, TallyClient } from './tally-client.ts';

/** What a fast subscriber gets. */
export interface Pace {
  /** Deliveries a second. */
  readonly rate: number;
  /** Milliseconds at a fixed rate. */
  readonly latencies: readonly number[];
}

const STEADY_PER_S = 2_000;
/** More than the kernel buffers for a socket and a broker puts behind that, so that nothing more is written to it. */
const FILL_MESSAGES = 256;
const FILL_BYTES = 65_536;

/** Beside a client that is frozen: one that wants the same messages and has more than enough of them, or one that wants none. */
export async function besideFrozen(subject: Subject, subscribed: boolean, over_ms: number): Promise<Pace> {
  const consumer = fileURLToPath(new URL('consumer.js', import.meta.url));
  const args = [consumer, String(subject.port), ...(subscribed ? [TOPIC] : [])];
  const frozen = new Program(process.execPath, args);
  try {
    await frozen.line('ready', (line) => line === 'ready' || undefined);
    frozen.signal('SIGSTOP');
    await fill(subject);
    return await pace(subject, over_ms);
  } finally {
    await frozen.kill();
  }
}

async function pace(subject: Subject, over_ms: number): Promise<Pace> {
  const crowd = await Crowd.gather(subject, { qos: 0, publishers: 1, subscribers: 1 });
  try {
    const rate = await crowd.throughput(over_ms);
    return { rate, latencies: await crowd.latencies(STEADY_PER_S, over_ms) };
  } finally {
    await crowd.leave();
  }
}

async function fill({ port }: Subject): Promise<void> {
  const publisher = await TallyClient.connect(port, 'fill');
  const message = encode(TOPIC, Buffer.alloc(FILL_BYTES), 0);
  for (let i = 0; i < FILL_MESSAGES; i++) {
    publisher.publish(message);
    // A few at a time, as no broker reads without end for one client.
    if (i % 16 === 0) await publisher.ping();
  }
  await publisher.ping();
  await publisher.close();
}
