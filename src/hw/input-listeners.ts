import type { Edge } from './ports.ts';

/** Who listens to an input. */
export class InputListeners {
  readonly #edge = new Set<(edge: Edge) => void>();
  readonly #failure = new Set<(error: Error) => void>();

  onEdge(listener: (edge: Edge) => void): () => void {
    this.#edge.add(listener);
    return () => this.#edge.delete(listener);
  }

  onFailure(listener: (error: Error) => void): () => void {
    this.#failure.add(listener);
    return () => this.#failure.delete(listener);
  }

  tell(edge: Edge): void {
    for (const listener of this.#edge) listener(edge);
  }

  fail(error: Error): void {
    for (const listener of this.#failure) listener(error);
  }
}
