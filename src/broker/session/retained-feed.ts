import type { Message, Qos } from '#topics';
import { Publication } from '../core/publication.ts';
import type { Origin } from '../ports.ts';

const FROM_STORE: Origin = { kind: 'broker', id: 'retained' };

/**
 * The retained messages that a new subscription asked for, on their way to its client. They are looked up as they are sent,
 * so a topic that changes meanwhile is sent as it is by then, never as it was.
 */
export class RetainedFeed {
  readonly identifiers: readonly number[] | undefined;
  readonly #messages: Iterator<Message>;
  readonly #qos: Qos;

  constructor(messages: Iterable<Message>, qos: Qos, identifier: number | undefined) {
    this.#messages = messages[Symbol.iterator]();
    this.#qos = qos;
    this.identifiers = identifier === undefined ? undefined : [identifier];
  }

  /** Undefined: that were all. */
  next(): { readonly publication: Publication; readonly qos: Qos } | undefined {
    const next = this.#messages.next();
    if (next.done === true) return undefined;
    const message = next.value;
    return {
      publication: new Publication(message, FROM_STORE),
      qos: message.qos < this.#qos ? message.qos : this.#qos,
    };
  }
}
