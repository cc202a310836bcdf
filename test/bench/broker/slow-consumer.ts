import { bundled } from '../../../scripts/bundle.mjs';
import { Program } from '../../rigs/program.ts';
import { cpuSeconds } from '../process-figures.ts';
import { Crowd, TOPIC } from './crowd.ts';
import type { Subject } from './subject.ts';
import { encode, TallyClient } from './tally-client.ts';

/** What a fast subscriber gets. */
export interface Pace {
  /** Deliveries a second. */
  readonly rate: number;
  /** Microseconds of the broker's processor for each of them: what the machine does besides hardly changes it. */
  readonly cpu_us: number;
  /** Milliseconds at a fixed rate. */
  readonly latencies: readonly number[];
}

const CONSUMER = await bundled('test/bench/broker/consumer.ts');
const STEADY_PER_S = 2_000;
/** More than the kernel buffers for a socket and a broker puts behind that, so that nothing more is written to it. */
const FILL_MESSAGES = 256;
const FILL_BYTES = 65_536;
/** As long as the one that the frozen client wants. */
const UNWANTED_TOPIC = TOPIC.replace(/.$/, '_');

/**
 * A frozen client that has more than enough of one topic, and two fast subscribers: of that topic, and of one that the frozen
 * client does not want. All else is the same for both, so what lies between them is what the frozen one costs.
 */
export class SlowConsumer {
  readonly #subject: Subject;
  readonly #frozen: Program;
  readonly #crowds: { readonly with: Crowd; readonly without: Crowd };

  private constructor(subject: Subject, frozen: Program, crowds: { readonly with: Crowd; readonly without: Crowd }) {
    this.#subject = subject;
    this.#frozen = frozen;
    this.#crowds = crowds;
  }

  static async beside(subject: Subject): Promise<SlowConsumer> {
    const frozen = new Program(process.execPath, [CONSUMER, String(subject.port), TOPIC]);
    await frozen.line('ready', (line) => line === 'ready' || undefined);
    frozen.signal('SIGSTOP');
    await fill(subject);
    const shape = { qos: 0, publishers: 1, subscribers: 1 } as const;
    const crowds = {
      with: await Crowd.gather(subject, shape, TOPIC),
      without: await Crowd.gather(subject, shape, UNWANTED_TOPIC),
    };
    return new SlowConsumer(subject, frozen, crowds);
  }

  async pace(beside: 'with' | 'without', over_ms: number): Promise<Pace> {
    const crowd = this.#crowds[beside];
    const before_s = cpuSeconds(this.#subject.pid);
    const { rate, deliveries } = await crowd.throughput(over_ms);
    const cpu_us = ((cpuSeconds(this.#subject.pid) - before_s) * 1e6) / deliveries;
    return { rate, cpu_us, latencies: await crowd.latencies(STEADY_PER_S, over_ms) };
  }

  async stop(): Promise<void> {
    await Promise.all([this.#crowds.with.leave(), this.#crowds.without.leave()]);
    await this.#frozen.kill();
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
