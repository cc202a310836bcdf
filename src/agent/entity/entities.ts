import type { Bus, Recorder } from '#broker';
import type { Buses, Driver, Machine } from '#hw';
import { decodeJsonObject, entityTopics, nodeTopics, parseTopic } from '#topics';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { AgentError } from '../errors.ts';
import type { Entity, EntityConfig, Platform } from '../platforms/platform.ts';
import { Commands } from './commands.ts';
import { Interlocks } from './interlock.ts';
import type { Links } from './links.ts';
import { OwnTopics } from './own-topics.ts';
import { CHECK_INTERVAL, isRetryable } from './recovery.ts';
import { Recorded } from './recorded.ts';
import { Rejections } from './rejections.ts';
import { BusReport } from './report.ts';

export interface EntitiesOptions {
  readonly bus: Bus;
  readonly node: string;
  readonly driver: Driver;
  readonly buses: Buses;
  readonly machine: Machine;
  readonly links: Links;
  readonly clock: Clock;
  readonly log: Logger;
  readonly platforms: readonly Platform[];
  readonly recorder: Pick<Recorder, 'record'>;
  /** From a command's arrival until it was written, read back and published, in milliseconds. */
  readonly onLatency?: (latency_ms: number) => void;
}

export interface EntitySnapshot {
  readonly id: string;
  readonly platform: string;
  /** As on the state topic; undefined before the first one, and for what has none. */
  readonly state: string | undefined;
  readonly available: boolean;
  /** Milliseconds since 1970, by the wall clock. */
  readonly last_changed_ms: number | undefined;
}

interface Running {
  readonly config: EntityConfig;
  readonly entity: Entity;
  readonly report: BusReport;
}

/** The entities of a node while it runs. */
export class Entities {
  readonly #options: EntitiesOptions;
  /** By id. */
  readonly #running = new Map<string, Running>();
  readonly #rejections: Rejections;
  readonly #commands: Commands;
  readonly #own_topics: OwnTopics;
  readonly #interlocks = new Interlocks();
  /** When the oldest command that has not taken effect yet came, by entity, on the monotonic clock. */
  readonly #asked = new Map<string, number>();
  #cancelCheck: (() => void) | undefined;
  #signal: AbortSignal | undefined;
  /** Whoever stops it as well waits for the same end. */
  #stopped: Promise<void> | undefined;

  constructor(options: EntitiesOptions) {
    this.#options = options;
    const { bus, clock, log } = options;
    const topics = nodeTopics(options.node);
    const rejections = new Rejections(bus, topics, log);
    this.#rejections = rejections;
    const entity = (id: string) => this.#running.get(id)?.entity;
    this.#commands = new Commands({ bus, topics, rejections, entity, taken: (id) => this.#noteCommand(id), log });
    this.#own_topics = new OwnTopics({
      bus,
      topics,
      rejections,
      clock,
      again: (id, part) => this.#running.get(id)?.report.again(part),
      takesCommands: (id) => {
        const running = entity(id);
        return running && running.command !== undefined;
      },
    });
  }

  /** Settles when each entity works or is offline. One that fails does not hold the others up. */
  async start(configs: readonly EntityConfig[], signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    const retained = this.#retained();
    this.#clearGhosts(configs, retained.keys());
    const starts = configs.map((config) => {
      const running = this.#make(config, retained);
      this.#running.set(config.id, running);
      return running.entity.start(signal);
    });
    // A line that fails was reported and logged where it failed, and goes on trying.
    await Promise.allSettled(starts);
    if (signal.aborted) await this.stop();
    signal.throwIfAborted();
    this.#commands.start();
    this.#own_topics.start();
    this.#armCheck();
  }

  /** Puts the outputs into their `on_stop` states and closes all lines. Retained states stay on the bus. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  async #stopAll(): Promise<void> {
    this.#commands.stop();
    this.#own_topics.stop();
    this.#cancelCheck?.();
    const running = [...this.#running.values()];
    this.#running.clear();
    this.#asked.clear();
    await Promise.all(running.map((each) => this.#stop(each)));
  }

  /**
   * As at a start, a line that fails makes the entity offline and is no error. One that no time will cure, such as a line
   * that there is not, rejects: then it is as if the entity had never been.
   */
  async add(config: EntityConfig): Promise<void> {
    if (this.#running.has(config.id)) {
      throw new AgentError('AGENT_ENTITY_EXISTS', `there is an entity ${JSON.stringify(config.id)} already`);
    }
    const running = this.#make(config, this.#retained());
    this.#running.set(config.id, running);
    try {
      await running.entity.start(this.#signal ?? new AbortController().signal);
    } catch (error) {
      if (isRetryable(error)) return;
      await this.remove(config.id);
      throw error;
    }
  }

  /** Stops the entity and takes its retained messages off the bus. Does nothing for one that is not there. */
  async remove(id: string): Promise<void> {
    const running = this.#running.get(id);
    if (!running) return;
    this.#running.delete(id);
    this.#asked.delete(id);
    await this.#stop(running);
    running.report.clear();
  }

  /** Reads every line again and publishes availability and state anew. */
  async refresh(): Promise<void> {
    await Promise.all(
      [...this.#running.values()].map(async ({ entity, report }) => {
        report.again('availability');
        await entity.refresh();
      }),
    );
  }

  list(): readonly EntitySnapshot[] {
    return [...this.#running.values()].map(({ config, report }) => ({
      id: config.id,
      platform: config.platform,
      state: report.state_payload,
      available: report.available,
      last_changed_ms: report.last_changed_ms,
    }));
  }

  /** `retained`: what the entity said before, by topic. */
  #make(config: EntityConfig, retained: ReadonlyMap<string, Buffer>): Running {
    const { bus, node, driver, buses, machine, links, clock, platforms } = this.#options;
    const platform = platforms.find(({ name }) => name === config.platform);
    if (!platform) throw new AgentError('CONFIG_UNKNOWN_PLATFORM', `${config.id}: there is no ${config.platform}`);
    const log = this.#options.log.child({ entity: config.id });
    const topics = entityTopics(node, config.id);
    const component = platform.discover(config, topics);
    const unit = 'unit_of_measurement' in component ? component.unit_of_measurement : undefined;
    const recorded = new Recorded(this.#options.recorder, config.id, unit, clock);
    const report = new BusReport(bus, topics, clock, log, recorded, {
      done: () => this.#noteDone(config.id),
      gaveUp: (refusal, origin) => {
        this.#asked.delete(config.id);
        this.#rejections.tell(refusal, topics.set, origin);
      },
    });
    const attributes = decodeJsonObject(retained.get(topics.attributes) ?? Buffer.alloc(0));
    const entity = platform.create(config, {
      id: config.id,
      driver,
      buses,
      machine,
      report,
      clock,
      log,
      last_state: retained.get(topics.state),
      last_attributes: attributes.ok ? attributes.value : {},
      links,
      interlocks: this.#interlocks,
    });
    return { config, report, entity };
  }

  async #stop({ config, entity, report }: Running): Promise<void> {
    try {
      await entity.stop();
    } catch (error) {
      this.#options.log.error({ err: error, entity: config.id }, 'the entity did not stop as it should');
    }
    report.ended();
  }

  /** What entities said before, in this run or another one, by topic. */
  #retained(): ReadonlyMap<string, Buffer> {
    const filter = nodeTopics(this.#options.node).filters.all;
    const retained = new Map<string, Buffer>();
    const stop = this.#options.bus.subscribe(filter, ({ topic, payload, retain }) => {
      if (retain) retained.set(topic, payload);
    });
    stop();
    return retained;
  }

  /** Entities that left the config while the node was down left their retained messages behind. */
  #clearGhosts(configs: readonly EntityConfig[], topics: Iterable<string>): void {
    const { bus, node, clock, log } = this.#options;
    const ghosts = new Set<string>();
    for (const topic of topics) {
      const parsed = parseTopic(topic);
      if (parsed?.kind !== 'entity' || configs.some(({ id }) => id === parsed.entity)) continue;
      ghosts.add(parsed.entity);
    }
    for (const id of ghosts) new BusReport(bus, entityTopics(node, id), clock, log).clear();
  }

  #armCheck(): void {
    this.#cancelCheck = this.#options.clock.after(CHECK_INTERVAL, () => {
      for (const running of this.#running.values()) void this.#check(running);
      this.#armCheck();
    });
  }

  async #check({ config, entity }: Running): Promise<void> {
    try {
      await entity.check();
    } catch (error) {
      this.#options.log.error({ err: error, entity: config.id }, 'the entity could not be checked');
    }
  }

  #noteCommand(id: string): void {
    if (this.#options.onLatency && !this.#asked.has(id)) this.#asked.set(id, this.#options.clock.monotonic());
  }

  #noteDone(id: string): void {
    const asked_ms = this.#asked.get(id);
    if (asked_ms === undefined) return;
    this.#asked.delete(id);
    this.#options.onLatency?.(this.#options.clock.monotonic() - asked_ms);
  }
}
