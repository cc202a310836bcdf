import { FULL_BRIGHTNESS, formatLight, formatOnOff, type LightCommand, parseLight } from '#topics';
import { z } from 'zod';
import { Condition } from '../../entity/condition.ts';
import { offline } from '../../entity/refusals.ts';
import { Truth } from '../../entity/truth.ts';
import type { CommandRefusal, Entity, EntityContext, EntityReport } from '../platform.ts';
import type { LightConfig } from './config.ts';
import { openLamp } from './lamp.ts';
import { type LightLevel, sameLevel } from './level.ts';

export class Light implements Entity {
  readonly #config: LightConfig;
  readonly #truth: Truth<LightLevel>;
  readonly #report: EntityReport;

  constructor(config: LightConfig, { driver, report, clock, log, last_state }: EntityContext) {
    this.#config = config;
    this.#report = report;
    this.#truth = new Truth<LightLevel>({
      open: (initial) => openLamp(driver, config, initial),
      first: firstLevel(config.on_start, last_state),
      same: sameLevel,
      seen: (level) => this.#seen(level),
      done: () => report.done(),
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
    this.#truth.request(commanded(this.#truth.wanted, command.value));
    return undefined;
  }

  async stop(): Promise<void> {
    const { on_stop } = this.#config;
    await this.#truth.stop(on_stop === 'keep' ? undefined : { ...this.#truth.wanted, on: on_stop === 'on' });
  }

  #seen({ on, brightness }: LightLevel): void {
    const state = formatOnOff(on);
    this.#report.state(formatLight(this.#config.brightness ? { state, brightness } : { state }));
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
