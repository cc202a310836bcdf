import type { Origin } from '#broker';
import { FULL_BRIGHTNESS, formatLight, formatOnOff, type LightCommand, parseLight } from '#topics';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { Cause } from '../../entity/cause.ts';
import { OutputEntity } from '../../entity/output-entity.ts';
import { SafeOutput } from '../../entity/safe-output.ts';
import type { CommandRefusal, EntityContext, EntityReport } from '../platform.ts';
import type { LightConfig } from './config.ts';
import { type Fade, fadeAt, isOver, stepOf } from './fade.ts';
import { openLamp } from './lamp.ts';
import { type LightLevel, sameLevel } from './level.ts';

/** States that are said on the way are so far apart; the end of it is always said. */
const FADE_REPORT_MS = 1_000;

export class Light extends OutputEntity {
  protected readonly output: SafeOutput<LightLevel>;
  readonly #config: LightConfig;
  readonly #report: EntityReport;
  readonly #clock: Clock;
  #fade: Fade | undefined;
  #cancelStep: (() => void) | undefined;
  /** When the last state was said, on the monotonic clock. */
  #said_ms = Number.NEGATIVE_INFINITY;
  /** A state on the way, left out because the one before was said just now. */
  #unsaid: { readonly payload: string; readonly cause: Cause } | undefined;

  constructor(config: LightConfig, context: EntityContext) {
    super();
    const { driver, report, clock, last_state } = context;
    this.#config = config;
    this.#report = report;
    this.#clock = clock;
    this.output = new SafeOutput<LightLevel>({
      rules: config,
      open: (initial) => openLamp(driver, config, initial),
      same: sameLevel,
      isOn: ({ on }) => on,
      switched: ({ brightness }, on) => ({ on, brightness }),
      last: lastLevel(last_state),
      seen: (level, cause) => this.#seen(level, cause),
      done: () => this.#done(),
      overruled: () => this.#endFade(),
      context,
    });
  }

  command(payload: Buffer, origin: Origin): CommandRefusal | undefined {
    const command = parseLight(payload);
    if (!command.ok) return command;
    const to = commanded(this.#fade?.to ?? this.output.wanted, command.value);
    // On its way to off it is on until its end, and stays the group's.
    const refused = this.output.admit(to.on);
    if (!refused) this.#go(to, command.value.transition ?? 0, origin);
    return refused;
  }

  override async stop(): Promise<void> {
    const to = this.#fade?.to;
    this.#endFade();
    // Where it was going to, so that an ON after the next start has that brightness.
    await this.output.stop(to);
  }

  #endFade(): void {
    this.#cancelStep?.();
    this.#fade = undefined;
  }

  /** At once, or over `length_ms` where the light can be dimmed. A new command takes over from where a fade is. */
  #go(to: LightLevel, length_ms: number, origin: Origin): void {
    this.#endFade();
    if (length_ms <= 0 || !this.#config.brightness) return this.output.request(to, origin);
    this.#fade = { from: this.output.wanted, to, start_ms: this.#clock.monotonic(), length_ms };
    this.#step(this.#fade, origin);
  }

  #step(fade: Fade, origin: Origin): void {
    const now_ms = this.#clock.monotonic();
    if (isOver(fade, now_ms) || this.output.parked) this.#fade = undefined;
    else this.#cancelStep = this.#clock.after(stepOf(fade), () => this.#step(fade, origin));
    if (!this.output.parked) this.output.request(fadeAt(fade, now_ms), origin);
  }

  #seen({ on, brightness }: LightLevel, cause: Cause): void {
    const state = formatOnOff(on);
    const payload = formatLight(this.#config.brightness ? { state, brightness } : { state });
    const early = this.#clock.monotonic() - this.#said_ms < FADE_REPORT_MS;
    if (this.#fade && early) this.#unsaid = { payload, cause };
    else this.#say(payload, cause);
  }

  #done(): void {
    if (!this.#fade && this.#unsaid !== undefined) this.#say(this.#unsaid.payload, this.#unsaid.cause);
    this.#report.done();
  }

  #say(payload: string, cause: Cause): void {
    this.#unsaid = undefined;
    this.#said_ms = this.#clock.monotonic();
    this.#report.state(payload, cause);
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

function lastLevel(last_state: Buffer | undefined): LightLevel {
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
