import type { Origin } from '#broker';
import { CLOSED, type CoverMotion, decodeJsonObject, formatCover, OPEN, parseCover } from '#topics';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { Cause } from '../../entity/cause.ts';
import { Condition } from '../../entity/condition.ts';
import { OutputEntity } from '../../entity/output-entity.ts';
import { offline } from '../../entity/refusals.ts';
import { Truth } from '../../entity/truth.ts';
import type { CommandRefusal, EntityContext, EntityReport } from '../platform.ts';
import type { CoverConfig } from './config.ts';
import { type Drive, openMotor } from './motor.ts';
import { type Direction, legTo, positionAt, type Travel, type TravelTimes, turnedAt } from './travel.ts';

/** Milliseconds between two positions that are told on the way. */
const TELL_MS = 1_000;

const MOTION: Readonly<Record<Drive, CoverMotion>> = { open: 'opening', close: 'closing', stop: 'stopped' };

export class Cover extends OutputEntity {
  protected readonly output: Truth<Drive>;
  readonly #times: TravelTimes;
  readonly #report: EntityReport;
  readonly #clock: Clock;
  #travel: Travel;
  /** Where it shall go; undefined: nowhere. */
  #target: { readonly position: number; readonly cause: Cause } | undefined;
  #drive: Drive = 'stop';
  /** The last direction that it ran in, and when that ended. */
  #ran: { readonly direction: Direction; readonly until_ms: number } | undefined;
  #cancelStop: (() => void) | undefined;
  #cancelTell: (() => void) | undefined;

  constructor(config: CoverConfig, { driver, report, clock, log, last_state }: EntityContext) {
    super();
    const { open_time, close_time = open_time, overrun, dead_time } = config;
    this.#times = { open: open_time, close: close_time, overrun };
    this.#report = report;
    this.#clock = clock;
    this.#travel = { position: lastPosition(last_state) };
    this.output = new Truth<Drive>({
      open: (initial) => openMotor(driver, config, initial === 'keep' ? 'stop' : initial),
      first: () => 'stop',
      same: (a, b) => a === b,
      seen: (drive, cause) => this.#seen(drive, cause),
      done: () => this.#done(),
      gaveUp: (cause) => report.gaveUp(offline(), cause),
      wait: (drive) => {
        if (drive === 'stop' || !this.#ran || this.#ran.direction === drive) return 0;
        return this.#ran.until_ms + dead_time - clock.monotonic();
      },
      condition: new Condition(report, log),
      clock,
      log,
    });
  }

  command(payload: Buffer, origin: Origin): CommandRefusal | undefined {
    const command = parseCover(payload);
    if (!command.ok) return command;
    if (this.output.parked) return offline();
    this.#disarm();
    if (command.value.kind === 'stop') {
      this.#target = undefined;
      this.output.request('stop', origin);
      return undefined;
    }
    this.#target = { position: command.value.position, cause: origin };
    const leg = legTo(this.#position(), command.value.position, this.#times);
    // On its way already: only where it ends is new.
    const onItsWay = this.#drive === leg?.direction && this.output.wanted === this.#drive;
    if (onItsWay && leg) this.#stopAfter(leg.run_ms, leg.last);
    else this.output.request('stop', origin);
    return undefined;
  }

  override async stop(): Promise<void> {
    this.#target = undefined;
    this.#disarm();
    try {
      await this.output.stop('stop');
    } finally {
      this.#cancelTell?.();
    }
  }

  #position(): number | undefined {
    return positionAt(this.#travel, this.#clock.monotonic(), this.#times);
  }

  /** Whoever moved the lines: the position follows what they do. */
  #seen(drive: Drive, cause: Cause): void {
    if (drive !== this.#drive) this.#turn(drive);
    // What somebody else did, or what comes back after a failure, was not asked for: it ends at the end, or where it is.
    if (cause.kind === 'line') this.#target = drive === 'stop' ? undefined : { position: endOf(drive), cause };
    this.#arm(drive);
    this.#tell(cause);
  }

  #turn(drive: Drive): void {
    const now_ms = this.#clock.monotonic();
    this.#disarm();
    if (this.#drive !== 'stop') this.#ran = { direction: this.#drive, until_ms: now_ms };
    this.#travel = turnedAt(this.#travel, now_ms, this.#times, drive === 'stop' ? undefined : drive);
    this.#drive = drive;
  }

  #arm(drive: Drive): void {
    if (drive === 'stop' || !this.#target || this.#cancelStop) return;
    const leg = legTo(this.#travel.position, this.#target.position, this.#times);
    if (leg?.direction === drive) this.#stopAfter(leg.run_ms, leg.last);
  }

  #disarm(): void {
    this.#cancelStop?.();
    this.#cancelStop = undefined;
  }

  /** A command took effect: from a stop it goes on to the target, if there is one. */
  #done(): void {
    this.#report.done();
    if (this.#drive !== 'stop' || this.output.wanted !== 'stop' || !this.#target) return;
    const { position, cause } = this.#target;
    const leg = legTo(this.#travel.position, position, this.#times);
    if (leg) this.output.request(leg.direction, cause);
    else this.#target = undefined;
  }

  #stopAfter(run_ms: number, last: boolean): void {
    const cause = this.#target?.cause ?? { kind: 'line' };
    this.#disarm();
    this.#cancelStop = this.#clock.after(run_ms, () => {
      this.#cancelStop = undefined;
      if (last) this.#target = undefined;
      this.output.request('stop', cause);
    });
  }

  /** On the way the position is told once a second. */
  #tell(cause: Cause): void {
    this.#cancelTell?.();
    this.#report.state(formatCover(MOTION[this.#drive], this.#position()), cause);
    const still = this.#drive === 'stop' || this.#position() === endOf(this.#drive);
    this.#cancelTell = still ? undefined : this.#clock.after(TELL_MS, () => this.#tell(cause));
  }
}

const endOf = (direction: Direction): number => (direction === 'open' ? OPEN : CLOSED);

const lastState = z.object({
  state: z.enum(['open', 'closed', 'stopped']),
  position: z.number().min(CLOSED).max(OPEN),
});

/** One that was on its way when the program ended may be anywhere. */
function lastPosition(last_state: Buffer | undefined): number | undefined {
  const json = decodeJsonObject(last_state ?? Buffer.alloc(0));
  return json.ok ? lastState.safeParse(json.value).data?.position : undefined;
}
