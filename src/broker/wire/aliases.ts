import { LIMITS } from '../limits.ts';
import { ProtocolFault } from './fault.ts';
import { REASON } from './reason.ts';

/** The topic aliases a client set up on its connection [MQTT 5.0, 3.3.2.3.4]. */
export class TopicAliases {
  /** Few clients set any. */
  #topics: Map<number, string> | undefined;

  /** The topic a PUBLISH means. Throws ProtocolFault. */
  resolve(topic: string, alias: number | undefined): string {
    if (alias === undefined) {
      if (topic === '') throw new ProtocolFault(REASON.protocol_error, 'neither a topic nor a topic alias');
      return topic;
    }
    // [MQTT-3.3.2-8, -9]
    if (alias === 0 || alias > LIMITS.topic_aliases) {
      throw new ProtocolFault(REASON.topic_alias_invalid, `topic alias ${alias}, 1 to ${LIMITS.topic_aliases} allowed`);
    }
    if (topic !== '') {
      this.#topics ??= new Map();
      this.#topics.set(alias, topic);
      return topic;
    }
    const known = this.#topics?.get(alias);
    if (known === undefined) throw new ProtocolFault(REASON.protocol_error, `topic alias ${alias} was not set`);
    return known;
  }
}

/** A topic alias in a PUBLISH; one that the client knows already stands for the topic. */
export interface TopicAlias {
  readonly number: number;
  readonly known: boolean;
}

/**
 * The topic aliases we give a client: the first topics that it gets, as many as it allows. Devices talk on few topics, so
 * none is ever taken away for another.
 */
export class GivenAliases {
  readonly #most: number;
  readonly #numbers = new Map<string, number>();

  /** `most` is the client's Topic Alias Maximum, 0 without one [MQTT-3.1.2-26, -27]. */
  constructor(most: number) {
    this.#most = Math.min(most, LIMITS.topic_aliases);
  }

  /** Undefined: it goes by its name. */
  of(topic: string): TopicAlias | undefined {
    const number = this.#numbers.get(topic);
    if (number !== undefined) return { number, known: true };
    return this.#numbers.size < this.#most ? { number: this.#numbers.size + 1, known: false } : undefined;
  }

  /** The PUBLISH that says it is on its way. */
  give(topic: string, { number }: TopicAlias): void {
    this.#numbers.set(topic, number);
  }
}
