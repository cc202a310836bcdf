import type { Bus, Origin } from '#broker';
import { type EntityTopics, entityTopics, type Message, type NodeTopics, parseTopic } from '#topics';
import type { Clock } from '../clock.ts';
import { notYours } from './refusals.ts';
import type { Rejections } from './rejections.ts';

/** What an entity says that stays on the bus. */
export type ToldPart = Exclude<keyof EntityTopics, 'set' | 'event'>;

/** Milliseconds until a topic is put right: should somebody go on writing there, the two of them are not faster than this. */
const CORRECTION_MS = 1_000;

export interface OwnTopicsOptions {
  readonly bus: Bus;
  readonly topics: NodeTopics;
  readonly rejections: Rejections;
  readonly clock: Clock;
  /** Says again what the entity said last there; does nothing for an entity that is not there. */
  again(entity: string, part: ToldPart): void;
  /** Undefined: there is no such entity; else whether it takes commands. */
  takesCommands(entity: string): boolean | undefined;
}

/**
 * Keeps what entities say theirs. Who publishes to `lamp/state` in place of `lamp/set` would leave a state behind that is not the
 * pin's; it is told so, and the true one is said again.
 */
export class OwnTopics {
  readonly #options: OwnTopicsOptions;
  /** By topic, of entities that are there. */
  readonly #corrections = new Map<string, () => void>();
  #unsubscribe: readonly (() => void)[] = [];

  constructor(options: OwnTopicsOptions) {
    this.#options = options;
  }

  start(): void {
    const { bus, topics } = this.#options;
    const heard = (message: Message, origin: Origin) => this.#heard(message, origin);
    this.#unsubscribe = topics.filters.told.map((filter) => bus.subscribe(filter, heard, { live: true }));
  }

  stop(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const cancel of this.#corrections.values()) cancel();
    this.#corrections.clear();
  }

  #heard({ topic }: Message, origin: Origin): void {
    if (origin.kind === 'agent') return;
    const parsed = parseTopic(topic);
    if (parsed?.kind !== 'entity' || parsed.part === 'set') return;
    const { entity, node, part } = parsed;
    const commanded = this.#options.takesCommands(entity);
    if (commanded === undefined) return;
    this.#options.rejections.tell(notYours(commanded ? entityTopics(node, entity).set : undefined), topic, origin);
    if (part !== 'event') this.#correct(topic, entity, part);
  }

  #correct(topic: string, entity: string, part: ToldPart): void {
    if (this.#corrections.has(topic)) return;
    const cancel = this.#options.clock.after(CORRECTION_MS, () => {
      this.#corrections.delete(topic);
      this.#options.again(entity, part);
    });
    this.#corrections.set(topic, cancel);
  }
}
