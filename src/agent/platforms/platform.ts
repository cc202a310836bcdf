import type { Origin } from '#broker';
import type { Buses, Driver, Machine } from '#hw';
import type { DiscoveryComponent, EntityTopics } from '#topics';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Cause } from '../entity/cause.ts';
import type { Interlocks } from '../entity/interlock.ts';
import type { Links } from '../entity/links.ts';

/** What every entity's config has, whatever its platform. */
export interface EntityConfig {
  readonly id: string;
  readonly platform: string;
  /** As Home Assistant shows it; made from the id where it is missing; null: the device's own name. */
  readonly name?: string | null;
  /** Home Assistant's icon, `prefix:name`. */
  readonly icon?: string;
  /** False: Home Assistant registers the entity switched off. */
  readonly enabled_by_default: boolean;
  /** Outputs of which at most one is on, where the platform has outputs. */
  readonly interlock?: { readonly group: string };
  readonly on_start?: string;
  readonly on_stop?: string | number;
}

/**
 * A kind of entity. To add one: a folder beside this file that exports a Platform, and a line in `platforms.ts`.
 * `C` is the parsed config of such an entity, keys as in the YAML.
 */
export interface Platform<C extends EntityConfig = EntityConfig> {
  /** `platform:` in the config: Home Assistant's name of it, where it has one. */
  readonly name: string;
  readonly schema: z.ZodType<C> & z.core.$ZodTypeDiscriminable;
  /** The lines that an entity takes, so that two entities on one line are a config error. */
  lines(config: C): readonly (number | string)[];
  /** Where the chip that the entity is on must be, such as /dev/i2c-1: so that `doctor` can say that it is not. */
  place?(config: C): string | undefined;
  /** The entity's part of the discovery document. */
  discover(config: C, topics: EntityTopics): DiscoveryComponent;
  /** What else Home Assistant gets of the entity, by a name of `a-z0-9_`: a second value, the triggers of a device. */
  also?(config: C, topics: EntityTopics): Readonly<Record<string, DiscoveryComponent>>;
  /** Makes the entity; does nothing to the hardware yet. */
  create(config: C, context: EntityContext): Entity;
}

export interface EntityContext {
  readonly id: string;
  readonly driver: Driver;
  readonly buses: Buses;
  readonly machine: Machine;
  readonly report: EntityReport;
  readonly clock: Clock;
  readonly log: Logger;
  /** The last state on the bus when the entity is made: what `on_start: restore` goes back to. */
  readonly last_state: Buffer | undefined;
  /** The same of the attributes: empty where there were none. */
  readonly last_attributes: Readonly<Record<string, unknown>>;
  readonly links: Links;
  readonly interlocks: Interlocks;
}

/** What an entity says. To the bus: state, attributes and availability, retained, and events, which are not. */
export interface EntityReport {
  /** Published after the pin was written and read back, never before; when it changed, and when it was asked for. */
  state(payload: string, cause?: Cause): void;
  /** Changes the attributes that are named; undefined takes one away. */
  attributes(change: Readonly<Record<string, unknown>>): void;
  event(value: { readonly event_type: string } & Readonly<Record<string, unknown>>): void;
  availability(online: boolean): void;
  /** The latest command took effect. Only measured. */
  done(): void;
  /** A command that was taken came to nothing after all. Whoever sent it is told why; a rule of the output's own is not. */
  gaveUp(refusal: CommandRefusal, cause: Cause): void;
}

export interface Entity {
  /**
   * Opens the lines, reads them, and reports availability and first state. Rejects when that fails at first; the entity
   * is offline then and goes on trying by itself until it is stopped.
   */
  start(signal: AbortSignal): Promise<void>;
  /** Reads the lines again and reports the state, for a birth of Home Assistant and after a doubt. */
  refresh(): Promise<void>;
  /** Looks after the lines from time to time: reports one that something else moved, and tries a parked one again. */
  check(): Promise<void>;
  /**
   * A payload from the entity's `set` topic. Returns at once: undefined when it was taken, else why it was not.
   * An entity without it takes no commands.
   */
  command?(payload: Buffer, origin: Origin): CommandRefusal | undefined;
  /** Puts outputs into their `on_stop` state and closes the lines. */
  stop(): Promise<void>;
}

/** Goes to the `rejected` topic as it is. */
export interface CommandRefusal {
  readonly code: string;
  readonly message: string;
}
