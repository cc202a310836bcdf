import { writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';

/** Bytes that wait for a reader who is slow, at most. */
const BACKLOG_BYTES = 1_048_576;
/** Milliseconds until a reader who took nothing is tried again. */
const RETRY_MS = 100;
/** Milliseconds that the end of the process waits for a slow reader, and between two tries then. */
const FLUSH_MS = 1_000;
const FLUSH_RETRY_MS = 10;

/** Writes some of the bytes now or throws an errno, as write(2) does. */
type Write = (bytes: Buffer) => number;

export interface LogOutputSettings {
  readonly write: Write;
  /** What a line of JSON looks like; as it is when missing. */
  readonly format?: ((line: string) => string) | undefined;
}

interface Chunk {
  bytes: Buffer;
  /** Lines that are lost when this is. */
  readonly lines: number;
  begun: boolean;
}

/**
 * Where the log goes. Written at once, so that the last line before an exit is there; but a reader who stands still, a
 * disk that is full or a pipe that is closed costs lines and nothing else. How many is said with the next that is written.
 */
export class LogOutput implements DestinationStream {
  readonly #write: Write;
  readonly #format: (line: string) => string;
  readonly #backlog: Chunk[] = [];
  #bytes = 0;
  #lost = 0;
  #reason = '';
  /** The beginning of a line was written and its rest is lost. */
  #torn = false;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor({ write, format = (line) => line }: LogOutputSettings) {
    this.#write = write;
    this.#format = format;
  }

  write(line: string): void {
    if (this.#closed) return;
    this.#append(line);
    this.#drain();
  }

  /** Hands over what still waits, if its reader takes it within a second; blocks until then. */
  flush(): void {
    const end = performance.now() + FLUSH_MS;
    const never = new Int32Array(new SharedArrayBuffer(4));
    while (!this.#drain() && performance.now() < end) Atomics.wait(never, 0, 0, FLUSH_RETRY_MS);
  }

  #append(line: string): void {
    const gap = this.#lost === 0 ? '' : this.#format(gapLine(this.#lost, this.#reason));
    const bytes = Buffer.from(gap + this.#format(line));
    if (this.#bytes + bytes.length > BACKLOG_BYTES) {
      this.#lost += 1;
      this.#reason = 'the reader is too slow';
      return;
    }
    this.#backlog.push({ bytes, lines: this.#lost + 1, begun: false });
    this.#bytes += bytes.length;
    this.#lost = 0;
  }

  /** False while something waits. */
  #drain(): boolean {
    try {
      if (this.#torn) this.#write(Buffer.from('\n'));
      this.#torn = false;
      for (let first = this.#backlog[0]; first; first = this.#backlog[0]) {
        this.#put(first);
        this.#backlog.shift();
      }
      return true;
    } catch (error) {
      return this.#failed(errnoOf(error));
    }
  }

  #put(chunk: Chunk): void {
    while (chunk.bytes.length > 0) {
      const written = this.#write(chunk.bytes);
      this.#bytes -= written;
      chunk.begun = true;
      chunk.bytes = chunk.bytes.subarray(written);
    }
  }

  readonly #retry = (): void => {
    this.#timer = undefined;
    this.#drain();
  };

  #failed(errno: string): boolean {
    if (errno === 'EAGAIN') {
      if (!this.#timer) this.#timer = setTimeout(this.#retry, RETRY_MS).unref();
      return false;
    }
    this.#closed = errno === 'EPIPE';
    this.#reason = errno;
    this.#torn ||= this.#backlog[0]?.begun === true;
    for (const { lines } of this.#backlog.splice(0)) this.#lost += lines;
    this.#bytes = 0;
    return true;
  }
}

const gapLine = (lost: number, reason: string): string => {
  const gap = { level: 'warn', time: new Date().toISOString(), component: 'log', lost, reason };
  return `${JSON.stringify({ ...gap, msg: 'lines before this one could not be written' })}\n`;
};

const errnoOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

/** Node made it non-blocking where it is a pipe or a socket: a reader who stands still answers EAGAIN. */
export const toStandardOutput: Write = (bytes) => writeSync(1, bytes);
