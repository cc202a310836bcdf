import type { Logger } from 'pino';
import type { MessageHandler } from '../ports.ts';
import type { Publication } from './publication.ts';
import type { Subscriber } from './subscriber.ts';

/** A handler within the process. What it throws is its own fault and nobody else's. */
export class HandlerSubscriber implements Subscriber {
  readonly clientId = undefined;
  readonly #handler: MessageHandler;
  readonly #log: Logger;

  constructor(handler: MessageHandler, log: Logger) {
    this.#handler = handler;
    this.#log = log;
  }

  mayRead(): boolean {
    return true;
  }

  deliver(publication: Publication): void {
    this.call(publication, publication.live);
  }

  /** `message` is the publication's, live or retained. */
  call({ origin }: Publication, message: Publication['message']): void {
    try {
      this.#handler(message, origin);
    } catch (error) {
      this.#log.error({ err: error, topic: message.topic }, 'a handler of the process failed');
    }
  }
}
