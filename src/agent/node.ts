import type { Origin } from '#broker';
import { LinuxMachine, openDriver, type OpenedDriver, type ServiceNotify } from '#hw';
import { milliseconds, type NodeTopics, nodeTopics, OFFLINE, ONLINE } from '#topics';
import { type Backbone, backboneOf } from './backbone.ts';
import { callableNode } from './calls/callable-node.ts';
import { methodsOf } from './calls/methods.ts';
import { Responder } from './calls/responder.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/config.ts';
import type { LoadedConfig } from './config/load.ts';
import { plural } from './config/wording.ts';
import { Entities } from './entity/entities.ts';
import { linksOf } from './entity/links.ts';
import { CommandLatency } from './health/command-latency.ts';
import type { HealthReporter } from './health/health-reporter.ts';
import { nodeHealth } from './health/node-health.ts';
import { Announcer } from './home-assistant/announcer.ts';
import { readFacts } from './info/facts.ts';
import { statusMessage } from './info/status.ts';
import { roundTrip } from './lifecycle/round-trip.ts';
import { Sequence, type Step } from './lifecycle/sequence.ts';
import { Watchdog } from './lifecycle/watchdog.ts';
import type { Log } from './log/log.ts';
import { PLATFORMS } from './platforms/platforms.ts';
import { Reload, type ReloadReason, type ReloadReport } from './reload/reload.ts';
import type { ReloadTarget } from './reload/target.ts';
import { ConfigWatch } from './reload/watch.ts';
import { worldOf } from './sim/world.ts';

const AGENT: Origin = { kind: 'agent', id: 'agent' };

export interface NodeOptions {
  readonly loaded: LoadedConfig;
  /** Reads the config again, from the same place. */
  readonly load: () => Promise<LoadedConfig>;
  /** Undefined: no service manager asks. */
  readonly notify: ServiceNotify | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** What there is once the pins are open. */
interface Live {
  readonly opened: OpenedDriver;
  readonly entities: Entities;
  readonly announcer: Announcer;
  readonly responder: Responder;
  /** The world around simulated pins. */
  readonly world: ReturnType<typeof worldOf>;
}

/**
 * Everything that a config describes, running. The config is read before anything else; `#steps` has the order in which
 * the rest starts and, backwards, stops.
 */
export class Node {
  readonly #options: NodeOptions;
  readonly #config: Config;
  readonly #topics: NodeTopics;
  readonly #machine = new LinuxMachine();
  readonly #backbone: Backbone;
  readonly #command_latency = new CommandLatency();
  readonly #health: HealthReporter;
  readonly #reload: Reload;
  readonly #sequence: Sequence;
  #live: Live | undefined;

  constructor(options: NodeOptions) {
    const { loaded, load, clock, log } = options;
    const { config } = loaded;
    this.#options = options;
    this.#config = config;
    this.#topics = nodeTopics(config.node.id);
    this.#backbone = backboneOf(config, log);
    const measured = { ...this.#backbone, machine: this.#machine, command_latency: this.#command_latency, clock };
    this.#health = nodeHealth(config, measured, log);
    this.#reload = new Reload(config, {
      load,
      target: this.#reloadTarget(),
      log: log.component('reload'),
      onReport: () => undefined,
    });
    this.#sequence = new Sequence(this.#steps(), log.component('lifecycle'));
  }

  /** Throws what kept the node from starting, after everything that had started was stopped again. */
  start(signal: AbortSignal): Promise<void> {
    return this.#sequence.start(signal);
  }

  /** Never throws, and takes no longer than the deadlines of the steps together. */
  stop(): Promise<void> {
    return this.#sequence.stop();
  }

  /** Outputs go to their stop states, whatever else is broken. */
  async makeSafe(): Promise<void> {
    await this.#live?.entities.stop();
  }

  /** Never rejects: the report says what failed. */
  async reload(reason: ReloadReason): Promise<ReloadReport> {
    this.#options.notify?.reloading();
    const report = await this.#reload.run(reason);
    this.#options.notify?.ready(this.status);
    return report;
  }

  /** The ports that the broker listens on. */
  get ports(): readonly number[] {
    return this.#backbone.broker.addresses().map(({ port }) => port);
  }

  /** A line for `systemctl status`. */
  get status(): string {
    const { node, entities, bridges } = this.#reload.running;
    return `${node.id}: ${plural(entities.length, 'entity')}, ${plural(bridges.length, 'bridge')}, listening on ${this.ports.join(', ')}`;
  }

  #steps(): readonly Step[] {
    const { store, retained, outbox, keeper, broker, bridges, recorder } = this.#backbone;
    const { loaded, notify, clock, log } = this.#options;
    const reload_log = log.component('reload');
    const watch = new ConfigWatch({ file: loaded.file, log: reload_log, onChange: () => void this.reload('file') });
    const watchdog = notify && new Watchdog(notify, () => roundTrip(broker), clock, log.component('lifecycle'));
    return [
      {
        name: 'store and outbox',
        deadline_ms: milliseconds(60_000),
        start: async (signal) => {
          await store.start(signal);
          await retained.start(signal);
          await outbox.start(signal);
          await keeper.apply(this.#config.bridges);
          recorder.start();
          // A node that was killed left `online` behind. Nobody shall read that until it is true again.
          await retained.set(statusMessage(this.#config.node.id, OFFLINE), AGENT);
        },
        stop: async () => {
          await recorder.stop();
          await outbox.stop();
          await retained.stop();
          await store.stop();
        },
      },
      {
        name: 'broker',
        deadline_ms: milliseconds(10_000),
        start: (signal) => broker.start(signal),
        stop: () => broker.stop(),
      },
      {
        name: 'hardware',
        deadline_ms: milliseconds(10_000),
        start: async () => {
          this.#live = await this.#openHardware();
          for (const part of this.#live.world) part.start();
        },
        stop: async () => {
          for (const part of this.#live?.world ?? []) part.stop();
          await this.#live?.opened.driver.close();
        },
      },
      {
        name: 'entities',
        deadline_ms: milliseconds(10_000),
        start: (signal) => this.#live?.entities.start(this.#config.entities, signal),
        stop: () => this.#live?.entities.stop(),
      },
      {
        name: 'discovery',
        deadline_ms: milliseconds(10_000),
        start: () => this.#live?.announcer.start(),
        stop: () => this.#live?.announcer.stop(),
      },
      {
        name: 'states',
        deadline_ms: milliseconds(10_000),
        start: async () => {
          await this.#health.start();
          this.#live?.responder.start();
        },
        stop: async () => {
          this.#live?.responder.stop();
          await this.#health.stop();
        },
      },
      {
        name: 'birth',
        deadline_ms: milliseconds(5_000),
        start: () => broker.publish(statusMessage(this.#config.node.id, ONLINE)),
        stop: () => broker.publish(statusMessage(this.#config.node.id, OFFLINE)),
      },
      {
        name: 'bridges',
        deadline_ms: milliseconds(10_000),
        start: () => {
          bridges.onChange(() => this.#health.changed());
          outbox.onRefusing(() => this.#health.changed());
          return bridges.apply(this.#config.bridges);
        },
        stop: () => bridges.stop(),
      },
      {
        name: 'ready',
        deadline_ms: milliseconds(5_000),
        start: async () => {
          if (loaded.source === 'file') await watch.start();
          watchdog?.start();
          notify?.ready(this.status);
        },
        stop: () => {
          watch.stop();
          watchdog?.stop();
          notify?.stopping();
        },
      },
    ];
  }

  async #openHardware(): Promise<Live> {
    const { loaded, load, clock, log } = this.#options;
    const { broker, retained, bridges, recorder } = this.#backbone;
    const config = this.#config;
    const opened = await openDriver(config.hardware.gpio);
    const { driver, buses, sim, reason } = opened;
    log.component('hardware').info({ driver: driver.name, reason }, driver.description);
    const entities = new Entities({
      bus: broker,
      driver,
      buses,
      machine: this.#machine,
      links: linksOf({ broker, bridges }),
      clock,
      node: config.node.id,
      platforms: PLATFORMS,
      log: log.component('entities'),
      onLatency: (latency_ms) => this.#command_latency.record(latency_ms),
      recorder,
    });
    const announcer = new Announcer(config, {
      bus: broker,
      retained,
      clock,
      facts: await readFacts(this.#machine, clock.now()),
      driver: driver.name,
      refresh: () => this.#sayAgain(),
      log: log.component('home-assistant'),
    });
    const responder = new Responder({
      bus: broker,
      topics: this.#topics,
      methods: methodsOf(sim),
      node: callableNode({
        ...this.#backbone,
        load,
        entities,
        clock,
        log,
        config: () => announcer.config,
        reload: () => this.reload('call'),
        info: announcer.info,
        health: this.#health,
      }),
      discovery_prefix: config.home_assistant.prefix,
      log: log.component('calls'),
    });
    const world = sim ? worldOf(loaded, { sim, bus: broker, clock, log }) : [];
    return { opened, entities, announcer, responder, world };
  }

  #reloadTarget(): ReloadTarget {
    const { broker, keeper, bridges } = this.#backbone;
    return {
      addEntity: async (config) => this.#live?.entities.add(config),
      removeEntity: async (id) => this.#live?.entities.remove(id),
      applyBroker: (options) => broker.reload(options),
      applyBridges: async (options) => {
        await keeper.apply(options);
        await bridges.apply(options);
      },
      applyHomeAssistant: async (config) => this.#live?.announcer.apply(config),
      applyLogLevel: (level) => this.#options.log.setLevel(level),
      announce: async (config) => this.#live?.announcer.announce(config),
    };
  }

  /** For a Home Assistant that was just born. */
  async #sayAgain(): Promise<void> {
    await this.#backbone.broker.publish(statusMessage(this.#config.node.id, ONLINE));
    await this.#live?.entities.refresh();
  }
}
