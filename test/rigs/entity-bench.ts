import type { Message } from '#topics';
import { pino } from 'pino';
import type { Recording } from '#broker';
import { type Board, LinuxMachine, type Machine } from '#hw';
import { Entities } from '../../src/agent/entity/entities.ts';
import type { EntityConfig } from '../../src/agent/platforms/platform.ts';
import { PLATFORMS } from '../../src/agent/platforms/platforms.ts';
import { SimBuses } from '../../src/hw/sim/buses.ts';
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
  readonly clock: HandClock;
  /** What history would have. */
  readonly recordings: Recording[] = [];
  /** Clients and bridges that are connected. */
  readonly connected = new Set(['tester']);
  readonly driver: SimDriver;
  readonly buses = new SimBuses();
  readonly entities: Entities;
  readonly #machine: Machine;

  /** `wall`: where the wall clock begins, milliseconds since 1970. */
  constructor(options: { readonly board?: Board; readonly machine?: Machine; readonly wall?: number } = {}) {
    this.clock = new HandClock(options.wall);
    this.driver = new SimDriver({ board: options.board ?? 'pi5', clock: this.clock });
    this.#machine = options.machine ?? new LinuxMachine('/nowhere');
    this.entities = new Entities({
      bus: this.bus,
      node: 'porch',
      driver: this.driver,
      buses: this.buses,
      machine: this.#machine,
      links: { isUp: (origin) => origin.kind === 'agent' || this.connected.has(origin.id) },
      clock: this.clock,
      log: pino({ level: 'silent' }),
      platforms: PLATFORMS,
      recorder: { record: (recording) => this.recordings.push(recording) },
    });
  }

  /**
   * The next run of the program, not started: on pins that are as this one left them, with what it retained, at the same time of the
   * day. Whether this one was stopped before is what makes it a restart or a crash.
   */
  again(): EntityBench {
    const next = new EntityBench({ machine: this.#machine, wall: this.clock.now() });
    for (const message of this.bus.retained.values()) next.bus.retained.set(message.topic, message);
    for (const { offset, direction, high } of this.world.lines()) {
      if (direction === 'out') next.world.set(offset, high);
    }
    return next;
  }

  /** Entities that have an id keep it. */
  async start(...entries: readonly Entry[]): Promise<void> {
    await this.entities.start(
      entries.map((entry) => configOf({ id: 'it', ...entry })),
      new AbortController().signal,
    );
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

  /** A command as the bus carries it. */
  setMessage(payload: string, id = 'it'): Message {
    return { topic: `pinbus/v1/porch/${id}/set`, payload: Buffer.from(payload), qos: 0, retain: false };
  }

  async command(payload: string, id = 'it'): Promise<void> {
    this.bus.deliver(this.setMessage(payload, id), { kind: 'client', id: 'tester' });
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

  get attributes(): unknown {
    return JSON.parse(this.bus.last('pinbus/v1/porch/it/attributes') ?? '{}');
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
