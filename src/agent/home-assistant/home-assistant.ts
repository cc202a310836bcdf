import { createHash } from 'node:crypto';
import type { Bus, Origin, RetainedStore } from '#broker';
import {
  deviceId,
  type DiscoveryDocument,
  type DiscoveryTopics,
  discoveryTopics,
  encodeJson,
  type Message,
  OFFLINE,
  ONLINE,
  singleComponentTopic,
} from '#topics';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { HomeAssistantConfig } from '../config/config.ts';
import { type Plan, planAnnouncement, retainedMessage } from './plan.ts';

/**
 * Milliseconds between two documents. Home Assistant drops components of a document that comes while it still works on
 * the one before (discovery.py; "burst_hazard" where it was measured).
 */
const SETTLE_MS = 5_000;
/** Milliseconds that Home Assistant gets to subscribe to the states of what was just announced. */
const SUBSCRIBE_MS = 1_000;

export interface HomeAssistantOptions {
  readonly node: string;
  readonly config: HomeAssistantConfig;
  readonly bus: Bus;
  readonly retained: RetainedStore;
  /** Publishes availability and every state again. */
  readonly refresh: () => Promise<void>;
  /** Where a device that a user deleted is remembered over restarts. */
  readonly memory: DeletionMemory;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly log: Logger;
}

/** Holds the fingerprint of what a user deleted in Home Assistant, so that just that stays away. */
export interface DeletionMemory {
  readonly deleted: string | undefined;
  remember(fingerprint: string | undefined): Promise<void>;
}

/**
 * Announces the node to Home Assistant and answers what Home Assistant says: its birth, and that a user deleted the
 * device. What was announced before is read from the broker's retained messages, so it survives restarts.
 */
export class HomeAssistant {
  readonly #options: HomeAssistantOptions;
  readonly #topics: DiscoveryTopics;
  #document: DiscoveryDocument | undefined;
  /** Messages that wait until Home Assistant has certainly seen the ones before them. */
  #second: readonly Message[] = [];
  /** Whether Home Assistant said that it is here, since this node started. */
  #present = false;
  readonly #timers = new Map<'birth' | 'states' | 'second' | 'restore', () => void>();
  #subscriptions: readonly (() => void)[] = [];
  #queue: Promise<void> = Promise.resolve();

  constructor(options: HomeAssistantOptions) {
    this.#options = options;
    this.#topics = discoveryTopics(options.config.prefix, options.node);
  }

  start(): void {
    const { bus } = this.#options;
    this.#subscriptions = [
      bus.subscribe(this.#topics.birth, (message) => this.#heard(message), { live: true }),
      bus.subscribe(this.#topics.config, (message, origin) => this.#seen(message, origin), { live: true }),
    ];
  }

  /** What was announced stays: only the node's status tells that it is gone. */
  async stop(): Promise<void> {
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    await this.#queue;
  }

  /** Makes this the document that is announced; publishes only what is different from before. */
  announce(document: DiscoveryDocument): Promise<void> {
    this.#document = document;
    return this.#inTurn(() => this.#publishPlan());
  }

  async #publishPlan(): Promise<void> {
    const wanted = await this.#wanted();
    const plan = this.#plan(wanted);
    await this.#publish(plan.first);
    this.#second = plan.second;
    if (this.#present) this.#finishLater();
  }

  /** The document, unless nothing shall be announced or a user deleted this very device. */
  async #wanted(): Promise<DiscoveryDocument | undefined> {
    const { config, memory } = this.#options;
    const document = this.#document;
    if (document === undefined || !config.discovery) return undefined;
    if (memory.deleted === undefined) return document;
    if (config.on_delete === 'stay_away' && memory.deleted === fingerprint(document)) return undefined;
    await memory.remember(undefined);
    return document;
  }

  #plan(document: DiscoveryDocument | undefined): Plan {
    const { config, retained, node } = this.#options;
    return planAnnouncement({
      config_topic: this.#topics.config,
      document,
      retained: retained.recall(this.#topics.config)?.payload,
      old_topics: config.migrate_from
        .map((path) => singleComponentTopic(config.prefix, path))
        .filter((topic) => [...retained.topics(topic)].length > 0),
      strays: [...retained.topics(`+/device/${deviceId(node)}/config`)].filter(
        (topic) => topic !== this.#topics.config,
      ),
    });
  }

  #heard({ payload }: Message): void {
    const { config, random, log } = this.#options;
    const text = payload.toString();
    if (text === OFFLINE) this.#present = false;
    if (text !== ONLINE) return;
    this.#present = true;
    const jitter_ms = Math.round(random() * config.birth_jitter);
    log.info({ jitter_ms }, 'Home Assistant is online');
    this.#after('birth', jitter_ms, () => this.#inTurn(() => this.#answerBirth()));
  }

  async #answerBirth(): Promise<void> {
    const { retained } = this.#options;
    const document = retained.recall(this.#topics.config);
    if (document !== undefined) await this.#publish([retainedMessage(this.#topics.config, document.payload)]);
    this.#after('states', SUBSCRIBE_MS, () => this.#options.refresh());
    this.#finishLater();
  }

  #finishLater(): void {
    if (this.#second.length === 0) return;
    this.#after('second', SETTLE_MS, () =>
      this.#inTurn(async () => {
        const messages = this.#second;
        this.#second = [];
        await this.#publish(messages);
      }),
    );
  }

  /** Home Assistant empties the topic that announced a device when a user deletes it. */
  #seen({ payload }: Message, origin: Origin): void {
    if (payload.length > 0 || origin.kind === 'agent' || this.#document === undefined) return;
    const { config, log } = this.#options;
    log.warn({ client: origin.id, on_delete: config.on_delete }, 'the device was deleted in Home Assistant');
    this.#second = [];
    if (config.on_delete === 'stay_away') this.#inBackground(this.#stayAway());
    else this.#after('restore', SETTLE_MS, () => this.#inTurn(() => this.#publishPlan()));
  }

  async #stayAway(): Promise<void> {
    if (this.#document !== undefined) await this.#options.memory.remember(fingerprint(this.#document));
  }

  async #publish(messages: readonly Message[]): Promise<void> {
    for (const message of messages) await this.#options.bus.publish(message);
  }

  #after(what: 'birth' | 'states' | 'second' | 'restore', delay_ms: number, work: () => Promise<void>): void {
    this.#timers.get(what)?.();
    this.#timers.set(
      what,
      this.#options.clock.after(delay_ms, () => {
        this.#timers.delete(what);
        this.#inBackground(work());
      }),
    );
  }

  /** One after the other, so that two announcements never mix. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.#options.log.error({ err: error }, 'Home Assistant was not told'));
  }
}

/** Stands for what the config announces: a new version of pinbus alone is not a reason to come back. */
function fingerprint({ device, components }: DiscoveryDocument): string {
  const { sw_version: _, ...named } = device;
  return createHash('sha256')
    .update(encodeJson({ device: named, components }))
    .digest('hex')
    .slice(0, 16);
}
