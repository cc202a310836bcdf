import { InputListeners } from '../input-listeners.ts';
import type { DigitalInput, Edge, Level } from '../ports.ts';
import type { HeldLine } from './held-line.ts';

export class OnoffInput implements DigitalInput {
  readonly #line: HeldLine;
  readonly #listeners = new InputListeners();
  #level: Level;

  constructor(line: HeldLine) {
    this.#line = line;
    this.#level = line.get();
  }

  listen(): void {
    this.#line.watch(
      (level) => this.#changed(level),
      (error) => this.#listeners.fail(error),
    );
  }

  async read(): Promise<Level> {
    return this.#line.get();
  }

  onEdge(listener: (edge: Edge) => void): () => void {
    return this.#listeners.onEdge(listener);
  }

  onFailure(listener: (error: Error) => void): () => void {
    return this.#listeners.onFailure(listener);
  }

  async close(): Promise<void> {
    this.#line.close();
  }

  /** sysfs keeps no edges: where several came at once there is one call, with the level after the last of them. */
  #changed(level: Level): void {
    const at_ms = performance.now();
    // Back where it was: there was one more at least.
    const edge: Edge = level === this.#level ? { level, at_ms, missed: 1 } : { level, at_ms };
    this.#level = level;
    this.#listeners.tell(edge);
  }
}
