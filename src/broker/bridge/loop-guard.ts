import { forwardedId, type Message, via } from '#topics';
import { Crossings } from './crossings.ts';

/** Nodes that may forward a message, one after the other. */
const MAX_HOPS = 8;
/** Messages remembered by their id. */
const MAX_IDS = 16_384;

/** Why a message goes no further: it was here before, another way brought it already, or it passed too many nodes. */
export type Astray = 'loop' | 'copy' | 'hops';

/**
 * Ends the way of messages that bridges carry round in a circle, and takes one once that comes by two ways. With MQTT 5 a
 * message says which nodes forwarded it; with 3.1.1 it can say nothing, and what passed lately has to be remembered.
 */
export class LoopGuard {
  readonly #node: string;
  readonly #crossings = new Crossings();
  readonly #ids = new Set<string>();

  constructor(node: string) {
    this.#node = node;
  }

  /** A message was sent by a way that takes no marks, under the local topic that it would come back with. */
  went(way: string, message: Message): void {
    this.#crossings.went(way, message, performance.now());
  }

  /**
   * Undefined: it may go on. `unmarked_way` is by whom it came, where that is a bridge of MQTT 3.1.1. A message that may go on is
   * remembered, so it has to be asked for once.
   */
  astray(message: Message, unmarked_way?: string): Astray | undefined {
    const passed = via(message);
    if (passed.includes(this.#node)) return 'loop';
    if (passed.length >= MAX_HOPS) return 'hops';
    const id = forwardedId(message);
    if (id !== undefined) return this.#knows(id) ? 'copy' : undefined;
    return unmarked_way !== undefined && this.#crossings.came(unmarked_way, message, performance.now())
      ? 'copy'
      : undefined;
  }

  /** It was not taken after all: it will come again. */
  forget(message: Message): void {
    const id = forwardedId(message);
    if (id !== undefined) this.#ids.delete(id);
  }

  #knows(id: string): boolean {
    if (this.#ids.has(id)) return true;
    this.#ids.add(id);
    if (this.#ids.size > MAX_IDS) {
      for (const oldest of this.#ids) {
        this.#ids.delete(oldest);
        break;
      }
    }
    return false;
  }
}
