import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { PwmAnswer, PwmOrder, PwmThreadData } from './protocol.ts';
import type { Wave } from './wave.ts';

interface Waiting {
  readonly resolve: (duty: number) => void;
  readonly reject: (error: Error) => void;
}

/** One thread for the waves of all lines. It is there while a line is driven, and sleeps while every duty is 0 or 1. */
export class PwmThread {
  readonly #waiting = new Map<number, Waiting>();
  readonly #lines = new Set<number>();
  #running: { readonly worker: Worker; readonly bell: Int32Array } | undefined;
  #order = 0;

  /** Throws what the kernel did, with the errno's name as `code`. */
  async drive(fd: number, wave: Wave): Promise<void> {
    this.#lines.add(fd);
    await this.#ask({ kind: 'drive', order: ++this.#order, fd, wave });
  }

  /** The duty that the line is driven with. Throws as `drive` does. */
  duty(fd: number): Promise<number> {
    return this.#ask({ kind: 'duty', order: ++this.#order, fd });
  }

  /** Settles when the thread uses the descriptor no more. */
  async drop(fd: number): Promise<void> {
    if (!this.#lines.delete(fd)) return;
    await this.#ask({ kind: 'drop', order: ++this.#order, fd });
    if (this.#lines.size > 0) return;
    this.#post({ kind: 'end' });
    this.#running = undefined;
  }

  #ask(order: PwmOrder & { readonly order: number }): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(order.order, { resolve, reject });
      this.#post(order);
    });
  }

  #post(order: PwmOrder): void {
    this.#running ??= this.#start();
    this.#running.worker.postMessage(order);
    Atomics.add(this.#running.bell, 0, 1);
    Atomics.notify(this.#running.bell, 0);
  }

  #start(): { readonly worker: Worker; readonly bell: Int32Array } {
    const bell = new Int32Array(new SharedArrayBuffer(4));
    const workerData: PwmThreadData = { bell };
    const worker = new Worker(createRequire(import.meta.url).resolve('#pwm-worker'), { workerData });
    // A wave holds no process back from ending.
    worker.unref();
    worker.on('message', (answer: PwmAnswer) => this.#settle(answer));
    worker.on('error', (error) => this.#fail(error));
    return { worker, bell };
  }

  #settle(answer: PwmAnswer): void {
    const waiting = this.#waiting.get(answer.order);
    this.#waiting.delete(answer.order);
    if (answer.kind === 'done') waiting?.resolve(answer.duty);
    else waiting?.reject(Object.assign(new Error('the line takes no level'), { code: answer.errno }));
  }

  #fail(cause: Error): void {
    this.#running = undefined;
    this.#lines.clear();
    for (const { reject } of this.#waiting.values()) {
      reject(new Error(`the thread of the PWM ended: ${cause.message}`, { cause }));
    }
    this.#waiting.clear();
  }
}
