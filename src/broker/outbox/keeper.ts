import { FilterTrie, matches, type Message, patternFilter } from '#topics';
import type { Logger } from 'pino';
import type { BridgeOptions, OutRule } from '../options.ts';
import type { Keeper, Origin } from '../ports.ts';
import type { Outbox } from './outbox.ts';

/** A rule of a bridge, as far as it decides what is kept. */
interface Wanted {
  readonly lane: string;
  /** Its place among the rules of the bridge, of which the first that matches decides. */
  readonly place: number;
  readonly drops_offline: boolean;
}

const NO_LANES: readonly string[] = [];

/** A bridge, as far as what it wants kept is concerned. */
interface KeptBridge extends Pick<BridgeOptions, 'name' | 'from'> {
  readonly out: readonly Pick<OutRule, 'filter' | 'qos' | 'qos0'>[];
}

/** Keeps what the `out` rules of the bridges want, each bridge in its own lane. */
export class OutboxKeeper implements Keeper {
  readonly #outbox: Outbox;
  readonly #log: Logger;
  #rules = new FilterTrie<Wanted>();

  constructor(outbox: Outbox, log: Logger) {
    this.#outbox = outbox;
    this.#log = log;
  }

  /** Opens the lanes of these bridges and frees those of bridges that are gone, saying how much they held. */
  async apply(bridges: readonly KeptBridge[]): Promise<void> {
    const rules = new FilterTrie<Wanted>();
    for (const { name, out } of bridges) {
      out.forEach(({ filter, qos0 }, place) => {
        rules.add(patternFilter(filter), { lane: name, place, drops_offline: qos0 === 'drop_offline' });
      });
    }
    const sending = bridges.filter(({ out }) => out.length > 0);
    const before = this.#rules;
    const opened = sending.map(({ name, out, from }) =>
      this.#outbox.openLane(name, from === 'oldest' ? wantedBy(out) : undefined),
    );
    // At once: what is published while a lane takes in what was before it is in the lane as well.
    this.#rules = rules;
    try {
      await Promise.all(opened);
    } catch (error) {
      this.#rules = before;
      throw error;
    }
    const kept = new Set(sending.map(({ name }) => name));
    for (const lane of this.#outbox.lanes) {
      if (kept.has(lane)) continue;
      const messages = await this.#outbox.closeLane(lane);
      this.#log.warn({ bridge: lane, messages }, 'the bridge is gone: what it still owed its upstream was dropped');
    }
  }

  /**
   * Throws OUTBOX_FULL for what its publisher still has and sends again: then nothing has happened to it. All others are
   * delivered in any case, and counted when they are not kept.
   */
  keep(message: Message, origin: Origin): Promise<void> | undefined {
    const lanes = this.#lanesOf(message, origin);
    if (lanes.length === 0) return undefined;
    const withhold = message.qos > 0 && origin.kind === 'client';
    let kept: Promise<void>;
    try {
      kept = this.#outbox.append(message, lanes, { withhold });
    } catch (error) {
      if (withhold) throw error;
      this.#outbox.giveUp(message.topic, 'refused');
      return undefined;
    }
    if (message.qos > 0) return kept;
    // QoS 0 is kept as well, but nobody waits for it.
    kept.catch(() => this.#outbox.giveUp(message.topic, 'not_stored'));
    return undefined;
  }

  #lanesOf(message: Message, origin: Origin): readonly string[] {
    const wanted = this.#rules.match(message.topic);
    return wanted.length === 0 ? NO_LANES : this.#lanesAmong(wanted, message, origin);
  }

  #lanesAmong(matching: readonly Wanted[], { topic, qos }: Message, origin: Origin): readonly string[] {
    let wanted = matching;
    // What came in from an upstream does not go back to it.
    if (origin.kind === 'bridge') wanted = wanted.filter(({ lane }) => lane !== origin.id);
    if (qos > 0 || wanted.length === 0) return wanted.map(({ lane }) => lane);
    const first = wanted.filter((one) => !wanted.some(({ lane, place }) => lane === one.lane && place < one.place));
    const here = first.filter(({ lane, drops_offline }) => !drops_offline || this.#outbox.isServed(lane));
    if (here.length === 0) this.#outbox.giveUp(topic, 'offline');
    return here.map(({ lane }) => lane);
  }
}

const wantedBy =
  (out: KeptBridge['out']) =>
  (topic: string): boolean =>
    out.some(({ filter }) => matches(patternFilter(filter), topic));
