import { LineInput } from '../line-input.ts';
import type { Edge } from '../ports.ts';
import { failureOf } from '../failure.ts';
import type { HeldLine } from './held-line.ts';
import { LINE_EVENT_BYTES, readLineEvents } from './line-event.ts';
import { EVENT_BUFFER } from './line-request.ts';

export class CdevInput extends LineInput<HeldLine> {
  readonly #buffer = Buffer.alloc(EVENT_BUFFER * LINE_EVENT_BYTES);
  /** Sequence number of the last edge. */
  #seen = 0;
  /** The kernel stamps an edge that it debounced when it tells it, which is so much after it came. */
  readonly #debounce_ms: number;

  constructor(line: HeldLine, debounce_ms: number) {
    super(line);
    this.#debounce_ms = debounce_ms;
  }

  listen(): void {
    this.line.whenReadable(() => this.#deliver());
  }

  /** One buffer of edges a turn of the event loop; what is left makes the descriptor readable again. */
  #deliver(): void {
    let edges: readonly Edge[];
    try {
      edges = this.#takeEdges();
    } catch (error) {
      this.line.ignore();
      this.listeners.fail(failureOf(error, this.line.subject));
      return;
    }
    for (const edge of edges) {
      // A listener may close the line.
      if (!this.line.isOpen) return;
      this.listeners.tell(edge);
    }
  }

  #takeEdges(): readonly Edge[] {
    const bytes = this.#buffer.subarray(0, this.line.take(this.#buffer));
    const { edges, seen } = readLineEvents(bytes, this.#seen, this.#debounce_ms);
    this.#seen = seen;
    if (edges.every(({ missed }) => missed === undefined)) return edges;
    // Edges were lost, so the last one that came need not be where the line is now.
    const at_ms = performance.now();
    const level = this.line.get();
    return level === edges.at(-1)?.level ? edges : [...edges, { level, at_ms }];
  }
}
