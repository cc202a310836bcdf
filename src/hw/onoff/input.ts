import { LineInput } from '../line-input.ts';
import type { Edge, Level } from '../ports.ts';
import type { HeldLine } from './held-line.ts';

export class OnoffInput extends LineInput<HeldLine> {
  #level: Level;
  /** Whether every edge counts, however short the line was still. */
  readonly #every: boolean;

  constructor(line: HeldLine, debounce_ms: number) {
    super(line);
    this.#level = line.get();
    this.#every = debounce_ms === 0;
  }

  listen(): void {
    this.line.watch(
      (level) => this.#changed(level),
      (error) => this.listeners.fail(error),
    );
  }

  /** sysfs keeps no edges: where several came at once there is one call, with the level after the last of them. */
  #changed(level: Level): void {
    const at_ms = performance.now();
    // Back where it was: there was one more at least.
    const edge: Edge = this.#every && level === this.#level ? { level, at_ms, missed: 1 } : { level, at_ms };
    this.#level = level;
    this.listeners.tell(edge);
  }
}
