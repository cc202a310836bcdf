import { encodePresence, type Message, type NodeTopics, nodeTopics } from '#topics';
import type { ExpectedClient } from '../options.ts';
import type { Session } from '../session/session.ts';
import type { Connection } from '../wire/connection.ts';
import { type Moment, Roll } from './roll.ts';

/** Time between two looks at what is due: a little more than what a change takes to settle. */
const ROUND_MS = 1_050;
/** The same, while nothing but a heartbeat or a count could have changed. */
const QUIET_ROUND_MS = 5_000;
/** Topics published in one go, so that thousands of clients do not hold up anybody's message. */
const AT_ONCE = 32;

const now = (): Moment => ({ wall: Date.now(), now_ms: performance.now() });

/** Tells on `clients/<client>` who is connected, and what became of who is not. */
export class Presence {
  readonly #topics: NodeTopics;
  readonly #publish: (message: Message) => void;
  readonly #roll = new Roll();
  #running = false;
  #timer: NodeJS.Timeout | undefined;
  #due_ms = Number.POSITIVE_INFINITY;
  /** Until then something that came or left may become old enough to be told. */
  #settling_until_ms = 0;

  constructor(node: string, publish: (message: Message) => void) {
    this.#topics = nodeTopics(node);
    this.#publish = publish;
  }

  /** The topics that are published here. */
  get filter(): string {
    return this.#topics.filters.clients;
  }

  start(expected: readonly ExpectedClient[]): void {
    this.#running = true;
    this.#roll.expect(expected, now());
    this.#changed();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  /** A session whose client has not come since the start. */
  waits(session: Session): void {
    this.#roll.waits(session, now());
    this.#changed();
  }

  came(connection: Connection): void {
    this.#roll.came(connection, now());
    this.#changed();
  }

  left(connection: Connection): void {
    this.#roll.left(connection, now());
    this.#changed();
  }

  #changed(): void {
    this.#settling_until_ms = performance.now() + 2 * ROUND_MS;
    this.#tellIn(ROUND_MS);
  }

  #tellIn(delay_ms: number): void {
    if (!this.#running) return;
    const due_ms = performance.now() + delay_ms;
    if (due_ms >= this.#due_ms) return;
    this.#due_ms = due_ms;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), delay_ms).unref();
  }

  #tell(): void {
    this.#due_ms = Number.POSITIVE_INFINITY;
    const news = this.#roll.news(AT_ONCE, now());
    for (const { client, presence } of news) {
      const payload = presence === undefined ? Buffer.alloc(0) : encodePresence(presence);
      this.#publish({ topic: this.#topics.client(client), payload, qos: 0, retain: true });
    }
    if (news.length >= AT_ONCE) this.#tellIn(0);
    else if (this.#roll.size > 0) this.#tellIn(performance.now() < this.#settling_until_ms ? ROUND_MS : QUIET_ROUND_MS);
  }
}
