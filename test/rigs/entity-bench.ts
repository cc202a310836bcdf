import { pino } from 'pino';
import type { Recording } from '#broker';
import { type Board, LinuxMachine, type Machine } from '#hw';
import { Entities } from '../../src/agent/entity/entities.ts';
import type { EntityConfig } from '../../src/agent/platforms/platform.ts';
import { PLATFORMS } from '../../src/agent/platforms/platforms.ts';
import { SimDriver } from '../../src/hw/sim/driver.ts';
import { HandClock } from './hand-clock.ts';
import { MemoryBus } from './memory-bus.ts';
import { turns } from './turn.ts';

/** An entity as its YAML has it. */
export type Entry = { readonly platform: string } & Readonly<Record<string, unknown>>;

/** The config of an entity, checked by its platform's schema. */
export function configOf(entry: Entry): EntityConfig {
  const platform = PLATFORMS.find(({ name }) => name === entry.platform);
  if (!platform) throw new Error(`no platform ${entry.platform}`);
  return platform.schema.parse(entry);
}

/** One entity `it` of the node `porch`, on simulated pins, a bus in memory, and time that a test moves. */
export class EntityBench {
  readonly bus = new MemoryBus();
  readonly clock = new HandClock();
  /** What history would have. */
  readonly recordings: Recording[] = [];
  readonly driver: SimDriver;
  readonly entities: Entities;

  constructor(options: { readonly board?: Board; readonly machine?: Machine } = {}) {
    this.driver = new SimDriver({ board: options.board ?? 'pi5', clock: this.clock });
    this.entities = new Entities({
      bus: this.bus,
      node: 'porch',
      driver: this.driver,
      machine: options.machine ?? new LinuxMachine('/nowhere'),
      clock: this.clock,
      log: pino({ level: 'silent' }),
      platforms: PLATFORMS,
      recorder: { record: (recording) => this.recordings.push(recording) },
    });
  }

  async start(entry: Entry): Promise<void> {
    await this.entities.start([configOf({ id: 'it', ...entry })], new AbortController().signal);
  }

  stop(): Promise<void> {
    return this.entities.stop();
  }

  get world() {
    return this.driver.control;
  }

  /** Drives the wire and lets the edge arrive. */
  async drive(line: number, high: boolean): Promise<void> {
    this.world.set(line, high);
    await turns();
  }

  /** Lets time pass and what it brings happen. */
  async pass(ms: number): Promise<void> {
    await this.clock.pass(ms);
    await turns();
  }

  async command(payload: string): Promise<void> {
    this.bus.send('pinbus/v1/porch/it/set', payload);
    await turns();
  }

  high(line: number): boolean | undefined {
    return this.world.lines()[line]?.high;
  }

  duty(line: number): number | undefined {
    return this.world.lines()[line]?.duty;
  }

  get state(): string | undefined {
    return this.bus.last('pinbus/v1/porch/it/state');
  }

  /** Every state so far, in order. */
  get states(): string[] {
    return this.bus.on('pinbus/v1/porch/it/state');
  }

  get available(): string | undefined {
    return this.bus.last('pinbus/v1/porch/it/availability');
  }

  get events(): string[] {
    return this.bus.on('pinbus/v1/porch/it/event');
  }

  /** The codes of what was rejected. */
  get rejections(): string[] {
    return this.bus.on('pinbus/v1/porch/rejected').map((text) => (JSON.parse(text) as { code: string }).code);
  }
}
