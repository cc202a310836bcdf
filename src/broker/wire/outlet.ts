import type { Writable } from 'node:stream';
import { LIMITS } from '../limits.ts';

/** Up to this many bytes, small chunks are joined into one write; above it the operating system gets them as a list. */
const JOIN_BYTES = 262_144;

/**
 * What is written to a socket: gathered for the rest of the turn and then written at once, so that a burst costs one system
 * call and a single message waits for nothing. Never more than LIMITS.stalled_bytes wait for a client that does not read.
 */
export class Outlet {
  readonly #socket: Writable;
  #chunks: Buffer[] = [];
  #gathered = 0;
  #scheduled = false;
  readonly #flush = (): void => this.flush();

  constructor(socket: Writable) {
    this.#socket = socket;
  }

  /** Bytes that the operating system has not taken yet. */
  get waiting(): number {
    return this.#gathered + this.#socket.writableLength;
  }

  /** False: the client asks and never reads, and its connection was destroyed. */
  send(chunk: Buffer): boolean {
    if (this.waiting > LIMITS.stalled_bytes) {
      this.#socket.destroy();
      return false;
    }
    this.#chunks.push(chunk);
    this.#gathered += chunk.length;
    if (!this.#scheduled) {
      this.#scheduled = true;
      process.nextTick(this.#flush);
    }
    return true;
  }

  flush(): void {
    this.#scheduled = false;
    const chunks = this.#chunks;
    if (this.#gathered === 0) return;
    this.#chunks = [];
    this.#gathered = 0;
    if (this.#socket.writable) writeTogether(this.#socket, chunks);
  }
}

/** Writes chunks in one piece; `written` is told when the operating system has taken the last of them, or why it did not. */
export function writeTogether(
  stream: Writable,
  chunks: readonly Buffer[],
  written?: (error?: Error | null) => void,
): void {
  const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) stream.write(first, written);
  else if (bytes <= JOIN_BYTES) stream.write(Buffer.concat(chunks, bytes), written);
  else {
    stream.cork();
    chunks.forEach((chunk, place) => stream.write(chunk, place === chunks.length - 1 ? written : undefined));
    stream.uncork();
  }
}
