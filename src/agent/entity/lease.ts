import type { Clock } from '../clock.ts';
import { breaksHandle, isRetryable, pauseAfter } from './recovery.ts';

export interface LeaseOptions<H> {
  open(): Promise<H>;
  /** The handle is there, or there is another try with it. What this rejects with is a failure of the line. */
  ready(handle: H): Promise<void>;
  /** A try failed, the `failures`th in a row. `parked`: from now on only `wake` tries again. */
  failed(error: unknown, failures: number, parked: boolean): void;
  readonly clock: Clock;
}

/**
 * Holds a line's handle through its failures: a few tries with growing pauses, then the line is parked. Only the owner
 * knows when the line does what it should, and says so by `well`.
 */
export class Lease<H extends { close(): Promise<void> }> {
  readonly #options: LeaseOptions<H>;
  #handle: H | undefined;
  #failures = 0;
  #parked = false;
  #stopped = false;
  #cancelRetry: (() => void) | undefined;
  #attempt: Promise<void> | undefined;

  constructor(options: LeaseOptions<H>) {
    this.#options = options;
  }

  /** Undefined while the line is down. */
  get handle(): H | undefined {
    return this.#handle;
  }

  get parked(): boolean {
    return this.#parked;
  }

  /** Rejects when the first try fails; the next ones come all the same. */
  async start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const failure = await this.#try();
    if (failure) throw failure.error;
  }

  /** The line does what it should. */
  well(): void {
    this.#failures = 0;
    this.#parked = false;
  }

  /** The line failed. */
  async fail(error: unknown): Promise<void> {
    if (this.#stopped) return;
    this.#failures += 1;
    const pause = pauseAfter(this.#failures, isRetryable(error));
    this.#parked = pause === undefined;
    this.#cancelRetry?.();
    this.#cancelRetry = pause === undefined ? undefined : this.#options.clock.after(pause, () => void this.#try());
    this.#options.failed(error, this.#failures, this.#parked);
    if (breaksHandle(error) || this.#parked) await this.#drop();
  }

  /** One more try for a parked line. */
  async wake(): Promise<void> {
    if (this.#parked) await this.#try();
  }

  /** Ends the tries and waits for one under way. The handle stays for a last write, until `close`. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry?.();
    await this.#attempt;
  }

  close(): Promise<void> {
    return this.#drop();
  }

  async #try(): Promise<{ readonly error: unknown } | undefined> {
    if (this.#stopped || this.#attempt) return undefined;
    let failure: { readonly error: unknown } | undefined;
    this.#attempt = (async () => {
      try {
        this.#handle ??= await this.#options.open();
        if (!this.#stopped) await this.#options.ready(this.#handle);
      } catch (error) {
        failure = { error };
        await this.fail(error);
      }
    })();
    await this.#attempt;
    this.#attempt = undefined;
    return failure;
  }

  async #drop(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    try {
      await handle?.close();
    } catch {
      // The line is given up because it failed; that it does not even close says nothing new.
    }
  }
}
