import type { CommandRefusal, EntityContext } from '../platforms/platform.ts';
import type { OutputRules } from '../platforms/output-rules.ts';
import type { Cause } from './cause.ts';
import { Condition } from './condition.ts';
import type { InterlockGroup, InterlockMember } from './interlock.ts';
import { LinkLoss } from './link-loss.ts';
import { commander } from './links.ts';
import { OnTime } from './on-time.ts';
import { interlocked, offline } from './refusals.ts';
import { type Output, Truth } from './truth.ts';

/** Milliseconds that another output of the group may take to go off, until the command that waits for it is given up. */
const TAKE_OVER_MS = 10_000;

export interface SafeOutputOptions<T> {
  readonly rules: OutputRules;
  open(initial: T | 'keep'): Promise<Output<T>>;
  same(a: T, b: T): boolean;
  isOn(value: T): boolean;
  /** The value switched on or off; what else it has, such as a brightness, stays. */
  switched(value: T, on: boolean): T;
  /** As it was on the bus before the start, and off where nobody knows. */
  readonly last: T;
  seen(value: T, cause: Cause): void;
  done(): void;
  /** A rule moves the output, and no command: what the entity had planned for it is off. */
  overruled(): void;
  readonly context: EntityContext;
}

/** An output that is on or off, kept true, and within the rules that keep what hangs on it safe. */
export class SafeOutput<T> {
  readonly #options: SafeOutputOptions<T>;
  readonly #truth: Truth<T>;
  readonly #on_time: OnTime;
  readonly #link_loss: LinkLoss | undefined;
  readonly #group: InterlockGroup | undefined;
  readonly #member: InterlockMember;
  #on: boolean | undefined;
  /** On the monotonic clock. An output that starts off counts from its start: nobody knows what was before. */
  #off_since_ms = Number.NEGATIVE_INFINITY;
  /** What a start goes on to once it has been off for long enough. */
  #next: T | undefined;
  /** Of the last command. */
  #cause: Cause = { kind: 'start' };
  #cancelTakeOver: (() => void) | undefined;

  constructor(options: SafeOutputOptions<T>) {
    const { rules, context } = options;
    const { report, clock, log, id, interlocks, links, last_attributes } = context;
    this.#options = options;
    this.#truth = new Truth<T>({
      open: (initial) => options.open(initial),
      first: () => this.#first(),
      same: (a, b) => options.same(a, b),
      seen: (value, cause) => this.#seen(value, cause),
      done: () => this.#done(),
      gaveUp: (cause) => report.gaveUp(offline(), cause),
      wait: (value) => this.#wait_ms(value),
      condition: new Condition(report, log),
      clock,
      log,
    });
    this.#on_time = new OnTime({
      max_on: rules.max_on,
      last_attributes,
      report,
      clock,
      expired: () => this.#rule(false, { kind: 'max_on' }),
    });
    const loss = rules.on_link_loss;
    this.#link_loss = loss && new LinkLoss({ after: loss.after, links, clock, lost: () => this.#lost(loss.state) });
    this.#group = rules.interlock && interlocks.group(rules.interlock.group);
    this.#member = {
      id,
      yield: () => this.#rule(false, { kind: 'interlock' }),
      proceed: () => this.#truth.proceed(),
    };
  }

  /** What was asked for last; what was on the bus while nobody has asked. */
  get wanted(): T {
    return this.#truth.wanted ?? this.#truth.actual ?? this.#options.last;
  }

  /** True: the line failed too often, and no command is of use until it works again. */
  get parked(): boolean {
    return this.#truth.parked;
  }

  start(signal: AbortSignal): Promise<void> {
    this.#group?.join(this.#member);
    return this.#truth.start(signal);
  }

  refresh(): Promise<void> {
    return this.#truth.refresh();
  }

  check(): Promise<void> {
    return this.#truth.check();
  }

  /** Whether a command to this state may be carried out. If so, `request` has to follow at once. */
  admit(on: boolean): CommandRefusal | undefined {
    if (this.#truth.parked) return offline();
    const rival = this.#claim(on);
    if (rival !== undefined) return interlocked(rival.id);
    this.#next = undefined;
    return undefined;
  }

  request(value: T, cause: Cause): void {
    this.#cause = cause;
    const origin = commander(cause);
    if (origin) this.#link_loss?.commanded(origin);
    this.#truth.request(value, cause);
  }

  /** `last`: what the value besides on and off is left at. */
  async stop(last: T = this.wanted): Promise<void> {
    const { on_stop } = this.#options.rules;
    this.#link_loss?.stop();
    this.#cancelTakeOver?.();
    this.#next = undefined;
    try {
      await this.#truth.stop(on_stop === 'keep' ? undefined : this.#options.switched(last, on_stop === 'on'));
    } finally {
      this.#link_loss?.stop();
      this.#on_time.stop();
      this.#group?.leave(this.#member);
    }
  }

  /**
   * An output that may go on only after it, or another one of its group, was off for a time starts off: after a loss of
   * power it was off for no longer than the machine is up, and after a crash another one may still be on.
   */
  #first(): T | 'keep' {
    const { rules, last, context } = this.#options;
    if (rules.on_start === 'keep') return 'keep';
    const first = rules.on_start === 'restore' ? last : this.#options.switched(last, rules.on_start === 'on');
    const off = this.#options.switched(first, false);
    if (!this.#options.isOn(first) || this.#on_time.left_ms <= 0) return off;
    if (this.#group === undefined && context.machine.uptime() * 1_000 >= rules.min_off) return first;
    this.#next = first;
    return off;
  }

  /** Whoever moved the line: the rules hold for what it does, not for what was commanded. */
  #seen(value: T, cause: Cause): void {
    const on = this.#options.isOn(value);
    if (!on && this.#on !== false) this.#off_since_ms = this.#options.context.clock.monotonic();
    this.#on = on;
    if (on) this.#on_time.on();
    else this.#on_time.off();
    if (on === (this.#options.rules.on_link_loss?.state === 'on')) this.#link_loss?.stop();
    else this.#link_loss?.watch();
    this.#options.seen(value, cause);
    this.#settleGroup(on);
    this.#goOn(cause);
  }

  #done(): void {
    if (this.#on === false) this.#settleGroup(false);
    this.#options.done();
  }

  #settleGroup(on: boolean): void {
    const group = this.#group;
    if (!group) return;
    if (!on) {
      if (!this.#options.isOn(this.wanted)) group.readOff(this.#member, this.#options.context.clock.monotonic());
    } else if (group.holder === undefined && this.#options.isOn(this.wanted)) group.take(this.#member);
    else if (group.holder !== this.#member && this.#options.isOn(this.wanted)) this.#member.yield();
  }

  /** What a start could not do at once. */
  #goOn(cause: Cause): void {
    const next = this.#next;
    this.#next = undefined;
    if (next === undefined) return;
    if (this.#group && this.#group.holder !== undefined) return;
    this.#group?.take(this.#member);
    this.#boundTakeOver();
    this.#truth.request(next, cause);
  }

  #wait_ms(value: T): number {
    const { rules, context } = this.#options;
    if (!this.#options.isOn(value)) return 0;
    const now_ms = context.clock.monotonic();
    const rest_ms = this.#on === false ? this.#off_since_ms + rules.min_off - now_ms : 0;
    return Math.max(rest_ms, this.#group?.wait(this.#member, rules.interlock?.dead_time ?? 0, now_ms) ?? 0);
  }

  /** Makes way in the group for what comes. Returns who is in it. */
  #claim(on: boolean): InterlockMember | undefined {
    const group = this.#group;
    if (!group) return undefined;
    this.#cancelTakeOver?.();
    if (!on) {
      group.goingOff(this.#member);
      return undefined;
    }
    const rival = group.rival(this.#member);
    if (rival !== undefined && this.#options.rules.interlock?.conflict === 'refuse') return rival;
    group.take(this.#member);
    this.#boundTakeOver();
    return undefined;
  }

  /** A command must not come true minutes later, when nobody expects it any more. */
  #boundTakeOver(): void {
    const { clock, log, report } = this.#options.context;
    const group = this.#group;
    if (!group) return;
    this.#cancelTakeOver = clock.after(TAKE_OVER_MS, () => {
      if (this.#on === true || this.#wait_ms(this.wanted) < Number.POSITIVE_INFINITY) return;
      log.warn('another output of its interlock group did not go off; the command is given up');
      report.gaveUp(interlocked(group.laggard(this.#member)?.id ?? 'another one'), this.#cause);
      this.#rule(false, { kind: 'interlock' });
    });
  }

  #rule(on: boolean, cause: Cause): void {
    if (this.#claim(on) !== undefined) return;
    this.#options.overruled();
    this.#next = undefined;
    this.#truth.request(this.#options.switched(this.wanted, on), cause);
  }

  #lost(state: 'off' | 'on'): void {
    this.#rule(state === 'on', { kind: 'link_loss' });
  }
}
