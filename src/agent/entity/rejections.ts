import type { Bus, Origin } from '#broker';
import { encodeRejection, type NodeTopics } from '#topics';
import type { Logger } from 'pino';
import type { CommandRefusal } from '../platforms/platform.ts';

/** Says on `rejected` what was not taken, and why. */
export class Rejections {
  readonly #bus: Bus;
  readonly #topics: NodeTopics;
  readonly #log: Logger;

  constructor(bus: Bus, topics: NodeTopics, log: Logger) {
    this.#bus = bus;
    this.#topics = topics;
    this.#log = log;
  }

  /** `topic`: where it came, from `origin`. */
  tell({ code, message }: CommandRefusal, topic: string, origin: Origin): void {
    // Who is here sees the answer; who is at the other end of a bridge may not.
    this.#log[origin.kind === 'bridge' ? 'warn' : 'debug']({ topic, code, client: origin.id }, message);
    const payload = encodeRejection({ topic, code, message, client: origin.id });
    this.#bus
      .publish({ topic: this.#topics.rejected, payload, qos: 0, retain: false })
      .catch((error: unknown) => this.#log.debug({ err: error }, 'an answer was not published'));
  }
}
