import type { Bus, RetainedStore } from '#broker';
import { type NodeInfo, nodeTopics } from '#topics';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Config, HomeAssistantConfig } from '../config/config.ts';
import type { Facts } from '../info/facts.ts';
import { InfoTopic } from '../info/info-topic.ts';
import { PLATFORMS } from '../platforms/platforms.ts';
import { documentOf } from './document.ts';
import { HomeAssistant } from './home-assistant.ts';

export interface AnnouncerParts {
  readonly bus: Bus;
  readonly retained: RetainedStore;
  readonly facts: Facts;
  /** The GPIO driver's name. */
  readonly driver: string;
  /** Publishes availability and every state again. */
  readonly refresh: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Says what the node is, for the config that runs: `info` for everybody, a document for Home Assistant. */
export class Announcer {
  readonly info: InfoTopic;
  readonly #parts: AnnouncerParts;
  #config: Config;
  #home_assistant: HomeAssistant;

  constructor(config: Config, parts: AnnouncerParts) {
    this.#parts = parts;
    this.#config = config;
    this.info = new InfoTopic(nodeTopics(config.node.id).info, parts.bus, () => this.#describe());
    this.#home_assistant = this.#make(config.home_assistant);
  }

  /** After the retained messages were loaded. Settles once everything is announced. */
  async start(): Promise<void> {
    this.info.recall(this.#parts.retained);
    this.#home_assistant.start();
    await this.announce(this.#config);
  }

  stop(): Promise<void> {
    return this.#home_assistant.stop();
  }

  /** The config that runs now. */
  get config(): Config {
    return this.#config;
  }

  /** Publishes what differs from before. */
  async announce(config: Config): Promise<void> {
    this.#config = config;
    await this.info.publish();
    await this.#home_assistant.announce(documentOf(config, this.#parts.facts, PLATFORMS));
  }

  /** Takes other settings; `announce` then does what follows from them. */
  async apply(config: HomeAssistantConfig): Promise<void> {
    await this.#home_assistant.stop();
    this.#home_assistant = this.#make(config);
    this.#home_assistant.start();
  }

  #make(config: HomeAssistantConfig): HomeAssistant {
    const { bus, retained, refresh, clock, log } = this.#parts;
    const node = this.#config.node.id;
    return new HomeAssistant({
      node,
      config,
      bus,
      retained,
      refresh,
      clock,
      log,
      memory: this.info,
      random: Math.random,
    });
  }

  #describe(): NodeInfo {
    const { facts, driver } = this.#parts;
    const { node, entities } = this.#config;
    return {
      name: node.name,
      version: facts.version,
      ...(facts.board !== undefined && { board: facts.board }),
      boot_id: facts.boot_id,
      started_at: facts.started_at,
      driver,
      entities: entities.map(({ id, platform, name }) => ({ id, platform, ...(typeof name === 'string' && { name }) })),
    };
  }
}
