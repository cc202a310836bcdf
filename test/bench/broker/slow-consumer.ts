import { fileURLToPath } from 'node:url';
import { Program } from '../../rigs/program.ts';
import { Crowd, TOPIC } from './crowd.ts';
import type { Subject } from './subject.ts';

/** What a fast subscriber gets: alone, and beside one that is frozen. Deliveries a second, and milliseconds at a fixed rate. */
export interface BesideSlow {
  readonly alone: { readonly rate: number; readonly latencies: readonly number[] };
  readonly beside: { readonly rate: number; readonly latencies: readonly number[] };
}

const STEADY_PER_S = 2_000;

export async function besideSlow(subject: Subject, over_ms: number): Promise<BesideSlow> {
  const measure = async (): Promise<BesideSlow['alone']> => {
    const crowd = await Crowd.gather(subject, { qos: 0, publishers: 1, subscribers: 1 });
    const rate = await crowd.throughput(over_ms);
    const latencies = await crowd.latencies(STEADY_PER_S, over_ms);
    await crowd.leave();
    return { rate, latencies };
  };
  const alone = await measure();
  const consumer = fileURLToPath(new URL('consumer.js', import.meta.url));
  const slow = new Program(process.execPath, [consumer, String(subject.port), TOPIC]);
  await slow.line('ready', (line) => line === 'ready' || undefined);
  slow.signal('SIGSTOP');
  const beside = await measure();
  await slow.kill();
  return { alone, beside };
}
