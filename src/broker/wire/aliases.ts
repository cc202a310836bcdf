import { LIMITS } from '../limits.ts';
import { ProtocolFault } from './fault.ts';
import { REASON } from './reason.ts';

/** The topic aliases a client set up on its connection [MQTT 5.0, 3.3.2.3.4]. */
export class TopicAliases {
  readonly #topics = new Map<number, string>();

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
      this.#topics.set(alias, topic);
      return topic;
    }
    const known = this.#topics.get(alias);
    if (known === undefined) throw new ProtocolFault(REASON.protocol_error, `topic alias ${alias} was not set`);
    return known;
  }
}
