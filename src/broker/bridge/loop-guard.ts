import { type BridgeRules, forwardedId, goesOut, goesTo, lostItsPast, type Message, via } from '#topics';
import type { Origin } from '../ports.ts';
import { Crossings } from './crossings.ts';

/** Nodes that may forward a message, one after the other. */
const MAX_HOPS = 8;
/** Messages remembered by their id. */
const MAX_IDS = 16_384;

/** Why a message goes no further: it was here before, another way brought it already, or it passed too many nodes. */
export type Astray = 'loop' | 'copy' | 'hops';

type NamedRules = BridgeRules & { readonly name: string };

/** By whom a message came. */
export type Way = Pick<Origin, 'id' | 'unmarked_bridge'>;

/**
 * Ends the way of messages that bridges carry round in a circle, and takes one once that comes by two ways. With MQTT 5 a
 * message says which nodes forwarded it; 3.1.1 takes that off, and what passed lately has to be remembered.
 */
export class LoopGuard {
  readonly #node: string;
  readonly #crossings = new Crossings();
  readonly #ids = new Set<string>();
  #bridges: readonly NamedRules[] = [];
  #met = false;

  constructor(node: string) {
    this.#node = node;
  }

  /** These are the bridges of this node: what comes in by one may be what went out by another. */
  reads(bridges: readonly NamedRules[]): void {
    this.#bridges = bridges;
  }

  /** A bridge of another node is a client here. */
  meets(): void {
    this.#met = true;
  }

  /**
   * Whether what is sent by a bridge may come back without its past: by another bridge, or by the same where that speaks
   * 3.1.1, which knows no no-local. Else there is nothing to remember.
   */
  mayReturn(topic: string, bridge: string, protocol: 4 | 5): boolean {
    if (this.#met) return true;
    return this.#bridges.some((one) => (one.name !== bridge || protocol === 4) && goesTo(one, topic) !== undefined);
  }

  /** A message goes on from here, by that origin; a bridge does not get back what it brought. */
  passes(message: Message, origin: Origin): void {
    // With one bridge alone nothing comes by another way, and every publish asks.
    if ((!this.#met && this.#bridges.length < 2) || hasNoPast(message, origin)) return;
    const { topic } = message;
    const returns = this.#bridges.some(
      (one) =>
        !(origin.kind === 'bridge' && one.name === origin.id) &&
        this.mayReturn(topic, one.name, 5) &&
        goesOut(one, topic) !== undefined,
    );
    if (returns) this.#crossings.said(message, performance.now());
  }

  /** A message was sent by a bridge, under the local topic that it would come back with. */
  went(bridge: string, message: Message, sequence: number): void {
    this.#crossings.went(bridge, message, sequence, performance.now());
  }

  /** Undefined: it may go on. A message that may go on is remembered, so it has to be asked for once. */
  astray(message: Message, way: Way): Astray | undefined {
    const passed = via(message);
    // Whoever marks is a bridge, whatever it is called.
    if (passed.length > 0) this.#met = true;
    if (passed.includes(this.#node)) return 'loop';
    if (passed.length >= MAX_HOPS) return 'hops';
    const id = forwardedId(message);
    if (id !== undefined && this.#knows(id)) return 'copy';
    const isCopy = hasNoPast(message, way) && this.#crossings.came(way.id, message, performance.now());
    return isCopy ? 'copy' : undefined;
  }

  /** It was not taken after all: it will come again. */
  forget(message: Message, way: Way): void {
    const id = forwardedId(message);
    if (id !== undefined) this.#ids.delete(id);
    if (hasNoPast(message, way)) this.#crossings.forget(way.id, message);
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

const hasNoPast = (message: Message, { unmarked_bridge }: Way): boolean =>
  unmarked_bridge === true || lostItsPast(message);
