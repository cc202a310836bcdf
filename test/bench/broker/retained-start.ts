import { Pinbus } from '../../rigs/pinbus.ts';
import { residentBytes } from '../process-figures.ts';
import { encode, TallyClient } from './tally-client.ts';

/** One start on a database full of retained messages. */
export interface RetainedStart {
  /** Milliseconds from the start of the process until it is ready. */
  readonly ready_ms: number;
  readonly rss_bytes: number;
  /** Milliseconds until a client has all of it. */
  readonly all_ms: number;
}

const AT_ONCE = 1_000;
const PATIENCE_MS = 30_000;

/** Starts on that many retained topics, 0 for none. */
export async function retainedStarts(topics: number, payload_bytes: number, rounds: number): Promise<RetainedStart[]> {
  const pinbus = await Pinbus.start();
  try {
    if (topics > 0) await retain(pinbus.port, topics, Buffer.alloc(payload_bytes, 'x'));
    const starts: RetainedStart[] = [];
    for (let round = 0; round < rounds; round++) {
      await pinbus.stop();
      const ready_ms = await pinbus.start();
      const rss_bytes = residentBytes(pinbus.program.pid);
      starts.push({ ready_ms, rss_bytes, all_ms: await readAll(pinbus.port, topics) });
    }
    return starts;
  } finally {
    await pinbus.dispose();
  }
}

async function retain(port: number, topics: number, payload: Buffer): Promise<void> {
  const client = await TallyClient.connect(port, 'retains');
  for (let i = 0; i < topics; i++) {
    client.publish(encode(`bench/${i % 1_000}/${i}/state`, payload, 1, true));
    if (i % AT_ONCE === AT_ONCE - 1) await client.ping();
  }
  for (const end = performance.now() + PATIENCE_MS; client.done < topics && performance.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  if (client.done < topics) throw new Error(`${topics - client.done} messages were not acknowledged`);
  await client.close();
}

async function readAll(port: number, topics: number): Promise<number> {
  const client = await TallyClient.connect(port, 'reads');
  const began = performance.now();
  await client.subscribe('bench/#', 0);
  for (const end = began + PATIENCE_MS; client.received < topics && performance.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const all_ms = performance.now() - began;
  if (client.received < topics) throw new Error(`${topics - client.received} messages did not arrive`);
  await client.close();
  return all_ms;
}
