import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { AgentError } from '../errors.ts';
import type { Condition } from './condition.ts';
import { Lease } from './lease.ts';

/** A line that can be written and read back. */
export interface Output<T> {
  write(value: T): Promise<void>;
  /** From the line itself, never a remembered value. */
  read(): Promise<T>;
  close(): Promise<void>;
}

export interface TruthOptions<T> {
  /** Opens the line and drives it to `initial` in the same call. */
  open(initial: T): Promise<Output<T>>;
  /** The value to start with, and to come back with after the line was parked. */
  readonly first: T;
  same(a: T, b: T): boolean;
  /** What was read from the line: when it changed, when it is not what was commanded, and when somebody asked. */
  seen(value: T): void;
  /** The latest command took effect, whether or not it changed anything. */
  done(): void;
  /** Milliseconds that a write of this value still has to wait. */
  wait?(value: T): number;
  readonly condition: Condition;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Keeps an output's state true. Commands take effect in the order they come, and in a burst the latest wins: one that was
 * overtaken before its write is left out. What is reported was read from the line after the write. One loop does all the
 * reading and writing, so nothing that it reports is older than what it reported before.
 */
export class Truth<T> {
  readonly #options: TruthOptions<T>;
  readonly #lease: Lease<Output<T>>;
  #wanted: T;
  #actual: T | undefined;
  /** `wanted` still has to be written. */
  #write = false;
  /** Somebody wants the line read: to report it when it changed, or in any case. */
  #look: 'no' | 'quiet' | 'aloud' = 'no';
  /** The line failed and its next try has not come yet: commands wait for it. */
  #pausing = false;
  #stopped = false;
  #working = false;
  #work: Promise<void> = Promise.resolve();
  #cancelWait: (() => void) | undefined;

  constructor(options: TruthOptions<T>) {
    this.#options = options;
    this.#wanted = options.first;
    this.#lease = new Lease<Output<T>>({
      open: () => options.open(this.#wanted),
      ready: () => this.#opened(),
      failed: (error, failures, parked) => this.#failed(error, failures, parked),
      clock: options.clock,
    });
  }

  /** What was commanded last; the line follows as soon as it can. */
  get wanted(): T {
    return this.#wanted;
  }

  /** What was read last; undefined before the first reading. */
  get actual(): T | undefined {
    return this.#actual;
  }

  /** True: the line failed too often, and no command is of use until it works again. */
  get parked(): boolean {
    return this.#lease.parked;
  }

  start(signal: AbortSignal): Promise<void> {
    return this.#lease.start(signal);
  }

  request(value: T): void {
    this.#wanted = value;
    this.#write = true;
    this.#cancelWait?.();
    void this.#settle();
  }

  /** Reads the line and reports it. */
  async refresh(): Promise<void> {
    this.#look = 'aloud';
    await this.#settle();
  }

  /** Tries a parked line again, and reports one that something else moved. */
  async check(): Promise<void> {
    await this.#lease.wake();
    if (this.#look === 'no') this.#look = 'quiet';
    await this.#settle();
  }

  /** Writes `last`, if there is one, without waiting for anything, and closes the line. */
  async stop(last: T | undefined): Promise<void> {
    this.#stopped = true;
    this.#cancelWait?.();
    await this.#lease.stop();
    await this.#work.catch(() => undefined);
    const { handle } = this.#lease;
    try {
      if (handle && last !== undefined) {
        await handle.write(last);
        this.#report(await handle.read(), true);
      }
    } finally {
      await this.#lease.close();
    }
  }

  /** The line is open, or there is another try with it. */
  async #opened(): Promise<void> {
    this.#pausing = false;
    this.#write = true;
    this.#look = 'aloud';
    await this.#run();
  }

  #failed(error: unknown, failures: number, parked: boolean): void {
    this.#pausing = true;
    // A command must not come true minutes later, when nobody expects it any more.
    if (parked) this.#wanted = this.#options.first;
    this.#options.condition.bad(error, failures, parked);
  }

  /** Starts the loop, or leaves what there is to do to the one that runs. */
  async #settle(): Promise<void> {
    if (this.#working) return this.#work.catch(() => undefined);
    try {
      await this.#run();
    } catch (error) {
      await this.#lease.fail(error);
    }
  }

  #run(): Promise<void> {
    if (!this.#working) this.#work = this.#loop();
    return this.#work;
  }

  async #loop(): Promise<void> {
    this.#working = true;
    try {
      for (;;) {
        const { handle } = this.#lease;
        if (!handle || this.#stopped) return;
        if (this.#write && !this.#pausing && !this.#mustWait()) await this.#turn(handle);
        else if (this.#look !== 'no') await this.#see(handle);
        else return;
      }
    } finally {
      // In the same turn as the decision to return: a command that comes later starts the loop again.
      this.#working = false;
    }
  }

  async #turn(handle: Output<T>): Promise<void> {
    const target = this.#wanted;
    const asked = this.#look === 'aloud';
    this.#write = false;
    this.#look = 'no';
    await handle.write(target);
    const read = await handle.read();
    const took = this.#options.same(read, target);
    this.#report(read, asked || !took);
    if (took) {
      this.#well();
      this.#options.done();
    } else if (!this.#write) {
      throw new AgentError('AGENT_READ_BACK_DIFFERS', 'the line does not read what was written');
    }
  }

  async #see(handle: Output<T>): Promise<void> {
    const aloud = this.#look === 'aloud';
    this.#look = 'no';
    const read = await handle.read();
    this.#report(read, aloud);
    if (this.#pausing) return;
    if (!this.#write && !this.#options.same(read, this.#wanted)) {
      this.#wanted = read;
      this.#options.log.warn('something else moved the line; its state was published');
    }
    this.#well();
  }

  #report(value: T, aloud: boolean): void {
    const changed = this.#actual === undefined || !this.#options.same(this.#actual, value);
    this.#actual = value;
    if (changed || aloud) this.#options.seen(value);
  }

  #well(): void {
    this.#lease.well();
    this.#options.condition.good();
  }

  #mustWait(): boolean {
    const wait_ms = this.#options.wait?.(this.#wanted) ?? 0;
    if (wait_ms <= 0) return false;
    this.#cancelWait?.();
    this.#cancelWait = this.#options.clock.after(wait_ms, () => void this.#settle());
    return true;
  }
}
