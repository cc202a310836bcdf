import { InputListeners } from './input-listeners.ts';
import type { DigitalInput, Edge, Level } from './ports.ts';

/** An input on a line that is held by whatever interface. How it learns of edges is what its drivers differ in. */
export abstract class LineInput<Line extends { get(): Level; close(): void }> implements DigitalInput {
  protected readonly line: Line;
  protected readonly listeners = new InputListeners();

  constructor(line: Line) {
    this.line = line;
  }

  async read(): Promise<Level> {
    return this.line.get();
  }

  onEdge(listener: (edge: Edge) => void): () => void {
    return this.listeners.onEdge(listener);
  }

  onFailure(listener: (error: Error) => void): () => void {
    return this.listeners.onFailure(listener);
  }

  async close(): Promise<void> {
    this.line.close();
  }
}
