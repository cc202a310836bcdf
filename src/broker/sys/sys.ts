import type { Message, Milliseconds } from '#topics';
import type { SysFigures } from './figures.ts';
import { Load } from './load.ts';
import { LOADS, type LoadName, sysTopics } from './topics.ts';

export interface SysParts {
  readonly figures: () => SysFigures;
  readonly publish: (message: Message) => void;
}

/** Publishes what the broker counts below `$SYS`: of all of it what changed, at each interval. */
export class Sys {
  readonly #parts: SysParts;
  readonly #loads = new Map<LoadName, Load>();
  /** By topic, what was said last. */
  readonly #said = new Map<string, string>();
  #interval_ms = 0;
  #timer: NodeJS.Timeout | undefined;
  #measured_ms = 0;

  constructor(parts: SysParts) {
    this.#parts = parts;
  }

  /** 0 is never. What is said already stays, for those who ask. */
  start(interval_ms: Milliseconds): void {
    if (this.#timer !== undefined && interval_ms === this.#interval_ms) return;
    this.stop();
    this.#interval_ms = interval_ms;
    if (interval_ms === 0) return this.#withdraw();
    this.#measured_ms = performance.now();
    this.#say();
    this.#timer = setInterval(() => this.#say(), interval_ms).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #say(): void {
    const figures = this.#parts.figures();
    const now_ms = performance.now();
    for (const [topic, value] of sysTopics(figures, this.#measure(figures, (now_ms - this.#measured_ms) / 1000))) {
      if (this.#said.get(topic) === value) continue;
      this.#said.set(topic, value);
      this.#publish(topic, value);
    }
    this.#measured_ms = now_ms;
  }

  #measure(figures: SysFigures, elapsed_s: number): Map<LoadName, readonly number[]> {
    const averages = new Map<LoadName, readonly number[]>();
    for (const [name, count] of entries(LOADS)) {
      const load = this.#loads.get(name) ?? new Load();
      this.#loads.set(name, load);
      load.next(count(figures), elapsed_s);
      averages.set(name, load.averages);
    }
    return averages;
  }

  /** Nobody shall take for current what nobody renews. */
  #withdraw(): void {
    for (const topic of this.#said.keys()) this.#publish(topic, '');
    this.#said.clear();
  }

  #publish(topic: string, value: string): void {
    this.#parts.publish({ topic, payload: Buffer.from(value), qos: 0, retain: true });
  }
}

function entries<K extends string, V>(record: Readonly<Record<K, V>>): [K, V][] {
  return Object.entries(record) as [K, V][];
}
