import type { Qos } from '#topics';
import { Publication } from '../core/publication.ts';
import type { Origin, RetainedReader } from '../ports.ts';

const FROM_STORE: Origin = { kind: 'broker', id: 'retained' };

/**
 * The retained messages that a new subscription asked for, on their way to its client. They are looked up as they are sent,
 * so a topic that changes meanwhile is sent as it is by then, never as it was.
 */
export class RetainedFeed {
  readonly identifiers: readonly number[] | undefined;
  readonly #messages: RetainedReader;
  readonly #qos: Qos;

  constructor(messages: RetainedReader, qos: Qos, identifier: number | undefined) {
    this.#messages = messages;
    this.#qos = qos;
    this.identifiers = identifier === undefined ? undefined : [identifier];
  }

  /** A promise: ask again when it settles. Undefined: that were all. */
  next(): { readonly publication: Publication; readonly qos: Qos } | Promise<void> | undefined {
    const message = this.#messages.next();
    if (message === undefined || message instanceof Promise) return message;
    return {
      publication: new Publication(message, FROM_STORE),
      qos: message.qos < this.#qos ? message.qos : this.#qos,
    };
  }
}
