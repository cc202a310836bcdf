import type { Logger } from 'pino';
import type { Message } from '#topics';
import type { MessageHandler, Origin } from '../ports.ts';
import type { Publication } from './publication.ts';
import type { Recipient, Subscriber } from './subscriber.ts';

/** A handler within the process. What it throws is its own fault and nobody else's. */
export class HandlerSubscriber implements Subscriber {
  readonly clientId = undefined;
  readonly #handler: MessageHandler;
  readonly #log: Logger;
  #ended = false;

  constructor(handler: MessageHandler, log: Logger) {
    this.#handler = handler;
    this.#log = log;
  }

  get ended(): boolean {
    return this.#ended;
  }

  mayRead(): boolean {
    return !this.#ended;
  }

  deliver(publication: Publication, { retainAsPublished }: Recipient): void {
    this.call(retainAsPublished ? publication.message : publication.live, publication.origin);
  }

  call(message: Message, origin: Origin): void {
    if (this.#ended) return;
    try {
      this.#handler(message, origin);
    } catch (error) {
      this.#log.error({ err: error, topic: message.topic }, 'a handler of the process failed');
    }
  }

  /** Nothing more is handed over, not even what is being delivered just now. */
  end(): void {
    this.#ended = true;
  }
}
