import { createHash } from 'node:crypto';
import type { Message } from '#topics';

/** Messages remembered; beyond it the oldest are forgotten. */
const MAX_MESSAGES = 16_384;
/** How long a message may be on its way round, in milliseconds. */
const SPAN_MS = 30_000;
/** Ways remembered for one message; what comes by more of them is taken for new. */
const MAX_WAYS = 64;

/** How often it went and came by one way. */
interface Passed {
  out: number;
  in: number;
  /** The newest that was sent, by its number in the outbox. */
  last_sequence: number;
}

interface Crossing {
  /** How many there are of it: the n-th that comes or goes by one way is the n-th by any other. */
  total: number;
  readonly ways: Map<string, Passed>;
  at_ms: number;
}

/**
 * What passed between this node and others lately, by topic and payload: all there is to know a message by that comes round
 * again without its past. Who says the same twice is heard twice, for copies are counted and not just recognised. Bounded
 * by time and number: what comes later than that is taken for new. A way is a bridge's name or a client's id.
 */
export class Crossings {
  readonly #crossings = new Map<string, Crossing>();

  /** It is said here, and will be sent: another way may bring it before that. */
  said(message: Message, now_ms: number): void {
    this.#of(message, now_ms).total += 1;
  }

  /** It was sent by that way. What is sent again over the next link was counted: its echo comes once as well. */
  went(way: string, message: Message, sequence: number, now_ms: number): void {
    const crossing = this.#of(message, now_ms);
    const passed = passedBy(crossing, way);
    if (passed === undefined || sequence <= passed.last_sequence) return;
    passed.last_sequence = sequence;
    passed.out += 1;
    crossing.total = Math.max(crossing.total, passed.out);
  }

  /** It came by that way; true: it is a copy of one that was here before. */
  came(way: string, message: Message, now_ms: number): boolean {
    const crossing = this.#of(message, now_ms);
    const passed = passedBy(crossing, way);
    if (passed === undefined) return false;
    passed.in += 1;
    if (passed.in <= crossing.total) return true;
    crossing.total = passed.in;
    // Whoever sent it has it.
    passed.out = passed.in;
    return false;
  }

  /** It came by that way and was not taken: it will come again. */
  forget(way: string, message: Message): void {
    const crossing = this.#crossings.get(digest(message));
    const passed = crossing?.ways.get(way);
    if (crossing === undefined || passed === undefined) return;
    if (passed.in === crossing.total) crossing.total -= 1;
    passed.in -= 1;
    passed.out = Math.min(passed.out, passed.in);
  }

  #of(message: Message, now_ms: number): Crossing {
    for (const [key, { at_ms }] of this.#crossings) {
      if (now_ms - at_ms <= SPAN_MS && this.#crossings.size < MAX_MESSAGES) break;
      this.#crossings.delete(key);
    }
    const key = digest(message);
    const crossing = this.#crossings.get(key) ?? { total: 0, ways: new Map(), at_ms: now_ms };
    crossing.at_ms = now_ms;
    this.#crossings.delete(key);
    this.#crossings.set(key, crossing);
    return crossing;
  }
}

function passedBy({ ways }: Crossing, way: string): Passed | undefined {
  const known = ways.get(way);
  if (known !== undefined || ways.size >= MAX_WAYS) return known;
  const passed = { out: 0, in: 0, last_sequence: 0 };
  ways.set(way, passed);
  return passed;
}

const digest = ({ topic, payload }: Message): string =>
  createHash('sha1').update(topic).update('\0').update(payload).digest('base64');
