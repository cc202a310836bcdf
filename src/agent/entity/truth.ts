import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { AgentError } from '../errors.ts';
import type { Cause } from './cause.ts';
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
  /** Opens the line and drives it to `initial` in the same call; `keep`: as the line is. */
  open(initial: T | 'keep'): Promise<Output<T>>;
  /** The value to start with, and to come back with after the line was parked. Asked when the line is opened. */
  first(): T | 'keep';
  same(a: T, b: T): boolean;
  /** What was read from the line: when it changed, when it is not what was commanded, and when somebody asked. */
  seen(value: T, cause: Cause): void;
  /** The latest command took effect, whether or not it changed anything. */
  done(): void;
  /** The latest command came to nothing: its line was given up before it took effect. */
  gaveUp(cause: Cause): void;
  /** Milliseconds that a write of this value still has to wait; Infinity: until `proceed`. */
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
  /** Undefined: nobody has said, and the next opening decides. */
  #wanted: T | undefined;
  #cause: Cause = { kind: 'start' };
  #actual: T | undefined;
  /** A command has not taken effect yet. */
  #owed = false;
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
    this.#lease = new Lease<Output<T>>({
      open: () => options.open(this.#initial()),
      ready: () => this.#opened(),
      failed: (error, failures, parked) => this.#failed(error, failures, parked),
      clock: options.clock,
    });
  }

  /** What was commanded last; the line follows as soon as it can. Undefined while the line itself decides. */
  get wanted(): T | undefined {
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

  request(value: T, cause: Cause): void {
    this.#wanted = value;
    this.#cause = cause;
    this.#owed = true;
    this.#write = true;
    this.proceed();
  }

  /** What a write waited for may have come. */
  proceed(): void {
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
  async stop(last?: T): Promise<void> {
    this.#stopped = true;
    this.#cancelWait?.();
    await this.#lease.stop();
    await this.#work.catch(() => undefined);
    const { handle } = this.#lease;
    try {
      if (handle && last !== undefined) {
        await handle.write(last);
        this.#report(await handle.read(), true, { kind: 'stop' });
      }
    } finally {
      await this.#lease.close();
    }
  }

  /** A value that still has to wait is not brought to the line by opening it either. */
  #initial(): T | 'keep' {
    if (this.#wanted === undefined) {
      const first = this.#options.first();
      if (first === 'keep') return first;
      this.#wanted = first;
    }
    return this.#wait_ms(this.#wanted) > 0 && this.#actual !== undefined ? this.#actual : this.#wanted;
  }

  /** The line is open, or there is another try with it. */
  async #opened(): Promise<void> {
    this.#pausing = false;
    this.#write = this.#wanted !== undefined;
    this.#look = 'aloud';
    await this.#run();
  }

  #failed(error: unknown, failures: number, parked: boolean): void {
    this.#pausing = true;
    this.#options.condition.bad(error, failures, parked);
    if (parked) this.#giveUp();
  }

  /** A command must not come true minutes later, when nobody expects it any more. */
  #giveUp(): void {
    if (this.#owed) this.#options.gaveUp(this.#cause);
    this.#owed = false;
    this.#wanted = undefined;
    this.#cause = { kind: 'line' };
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
        const target = this.#wanted;
        const due = this.#write && target !== undefined && !this.#pausing;
        if (due && !this.#mustWait(target)) await this.#turn(handle, target);
        else if (this.#look !== 'no') await this.#see(handle);
        else return;
      }
    } finally {
      // In the same turn as the decision to return: a command that comes later starts the loop again.
      this.#working = false;
    }
  }

  async #turn(handle: Output<T>, target: T): Promise<void> {
    const cause = this.#cause;
    const asked = this.#look === 'aloud';
    this.#write = false;
    this.#look = 'no';
    await handle.write(target);
    const read = await handle.read();
    const took = this.#options.same(read, target);
    this.#report(read, asked || !took, cause);
    if (took) {
      this.#well();
      this.#owed = false;
      this.#options.done();
    } else if (!this.#write) {
      throw new AgentError('AGENT_READ_BACK_DIFFERS', 'the line does not read what was written');
    }
  }

  async #see(handle: Output<T>): Promise<void> {
    const aloud = this.#look === 'aloud';
    this.#look = 'no';
    const read = await handle.read();
    if (!this.#pausing && !this.#write && !this.#isWanted(read)) {
      if (this.#wanted !== undefined) {
        this.#cause = { kind: 'line' };
        this.#options.log.warn('something else moved the line; its state was published');
      }
      this.#wanted = read;
    }
    this.#report(read, aloud, this.#cause);
    if (!this.#pausing) this.#well();
  }

  #isWanted(value: T): boolean {
    return this.#wanted !== undefined && this.#options.same(value, this.#wanted);
  }

  #report(value: T, aloud: boolean, cause: Cause): void {
    const changed = this.#actual === undefined || !this.#options.same(this.#actual, value);
    this.#actual = value;
    if (changed || aloud) this.#options.seen(value, cause);
  }

  #well(): void {
    this.#lease.well();
    this.#options.condition.good();
  }

  #mustWait(value: T): boolean {
    const wait_ms = this.#wait_ms(value);
    if (wait_ms <= 0) return false;
    this.#cancelWait?.();
    // One that waits for `proceed` needs no timer.
    if (wait_ms < Number.POSITIVE_INFINITY) {
      this.#cancelWait = this.#options.clock.after(wait_ms, () => void this.#settle());
    }
    return true;
  }

  #wait_ms(value: T): number {
    return this.#options.wait?.(value) ?? 0;
  }
}
