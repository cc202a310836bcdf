import { FULL_BRIGHTNESS, formatLight, formatOnOff, type LightCommand, parseLight } from '#topics';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { Condition } from '../../entity/condition.ts';
import { offline } from '../../entity/refusals.ts';
import { Truth } from '../../entity/truth.ts';
import type { CommandRefusal, Entity, EntityContext, EntityReport } from '../platform.ts';
import type { LightConfig } from './config.ts';
import { type Fade, fadeAt, isOver, stepOf } from './fade.ts';
import { openLamp } from './lamp.ts';
import { type LightLevel, sameLevel } from './level.ts';

/** States that are said on the way are so far apart; the end of it is always said. */
const FADE_REPORT_MS = 1_000;

export class Light implements Entity {
  readonly #config: LightConfig;
  readonly #truth: Truth<LightLevel>;
  readonly #report: EntityReport;
  readonly #clock: Clock;
  #fade: Fade | undefined;
  #cancelStep: (() => void) | undefined;
  /** When the last state was said, on the monotonic clock. */
  #said_ms = Number.NEGATIVE_INFINITY;
  /** A state on the way, left out because the one before was said just now. */
  #unsaid: string | undefined;

  constructor(config: LightConfig, { driver, report, clock, log, last_state }: EntityContext) {
    this.#config = config;
    this.#report = report;
    this.#clock = clock;
    this.#truth = new Truth<LightLevel>({
      open: (initial) => openLamp(driver, config, initial),
      first: firstLevel(config.on_start, last_state),
      same: sameLevel,
      seen: (level) => this.#seen(level),
      done: () => this.#done(),
      condition: new Condition(report, log),
      clock,
      log,
    });
  }

  start(signal: AbortSignal): Promise<void> {
    return this.#truth.start(signal);
  }

  refresh(): Promise<void> {
    return this.#truth.refresh();
  }

  check(): Promise<void> {
    return this.#truth.check();
  }

  command(payload: Buffer): CommandRefusal | undefined {
    const command = parseLight(payload);
    if (!command.ok) return command;
    if (this.#truth.parked) return offline();
    const before = this.#fade?.to ?? this.#truth.wanted;
    this.#go(commanded(before, command.value), command.value.transition ?? 0);
    return undefined;
  }

  async stop(): Promise<void> {
    this.#cancelStep?.();
    const { on_stop } = this.#config;
    const { brightness } = this.#fade?.to ?? this.#truth.wanted;
    this.#fade = undefined;
    await this.#truth.stop(on_stop === 'keep' ? undefined : { brightness, on: on_stop === 'on' });
  }

  /** At once, or over `length_ms` where the light can be dimmed. A new command takes over from where a fade is. */
  #go(to: LightLevel, length_ms: number): void {
    this.#cancelStep?.();
    this.#fade = undefined;
    if (length_ms <= 0 || !this.#config.brightness) return this.#truth.request(to);
    this.#fade = { from: this.#truth.wanted, to, start_ms: this.#clock.monotonic(), length_ms };
    this.#step(this.#fade);
  }

  #step(fade: Fade): void {
    const now_ms = this.#clock.monotonic();
    if (isOver(fade, now_ms) || this.#truth.parked) this.#fade = undefined;
    else this.#cancelStep = this.#clock.after(stepOf(fade), () => this.#step(fade));
    if (!this.#truth.parked) this.#truth.request(fadeAt(fade, now_ms));
  }

  #seen({ on, brightness }: LightLevel): void {
    const state = formatOnOff(on);
    const payload = formatLight(this.#config.brightness ? { state, brightness } : { state });
    const early = this.#clock.monotonic() - this.#said_ms < FADE_REPORT_MS;
    if (this.#fade && early) this.#unsaid = payload;
    else this.#say(payload);
  }

  #done(): void {
    if (!this.#fade && this.#unsaid !== undefined) this.#say(this.#unsaid);
    this.#report.done();
  }

  #say(payload: string): void {
    this.#unsaid = undefined;
    this.#said_ms = this.#clock.monotonic();
    this.#report.state(payload);
  }
}

/** The level that a command asks for, seen from what was asked for before. */
function commanded(before: LightLevel, { state, brightness }: LightCommand): LightLevel {
  return {
    on: state === 'TOGGLE' ? !before.on : state === 'ON',
    brightness: brightness ?? before.brightness,
  };
}

const lastState = z.object({
  state: z.enum(['ON', 'OFF']),
  brightness: z.int().min(1).max(FULL_BRIGHTNESS).catch(FULL_BRIGHTNESS),
});

function firstLevel(on_start: LightConfig['on_start'], last_state: Buffer | undefined): LightLevel {
  if (on_start !== 'restore') return { on: on_start === 'on', brightness: FULL_BRIGHTNESS };
  const { data } = lastState.safeParse(jsonOf(last_state));
  return data ? { on: data.state === 'ON', brightness: data.brightness } : { on: false, brightness: FULL_BRIGHTNESS };
}

function jsonOf(payload: Buffer | undefined): unknown {
  try {
    return JSON.parse(payload?.toString() ?? '');
  } catch {
    return undefined;
  }
}
