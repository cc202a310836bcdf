import { MESSAGE_CLASSES, type MessageClass } from '#topics';
import type { Logger } from 'pino';
import type { DropCounts, DropReason } from './outbox.ts';
import type { Removal } from './removal.ts';

/** After so long without a drop an episode is over, in milliseconds. */
const EPISODE_GAP_MS = 60_000;

/** Messages of one class that were given up at once. */
export interface Dropped {
  readonly class: MessageClass;
  readonly messages: number;
  /** Wall clock of the first and the last message lost. */
  readonly first_at: number;
  readonly last_at: number;
}

interface Episode {
  readonly class: MessageClass;
  readonly reason: DropReason;
  messages: number;
  first_at: number;
  last_at: number;
  /** Monotonic clock of the latest drop. */
  latest_ms: number;
}

/** Counts what the outbox gives up, and logs an episode twice however long it is: when it begins and when it is over. */
export class Drops {
  readonly #log: Logger;
  readonly #counts: Readonly<Record<MessageClass, Record<DropReason, number>>> = {
    event: none(),
    command: none(),
    state: none(),
    telemetry: none(),
  };
  readonly #episodes = new Map<string, Episode>();

  constructor(log: Logger) {
    this.#log = log;
  }

  of(each: MessageClass): DropCounts {
    return { ...this.#counts[each] };
  }

  /** Of all classes. */
  get counts(): DropCounts {
    const sums = none();
    for (const each of MESSAGE_CLASSES) {
      for (const reason of REASONS) sums[reason] += this.#counts[each][reason];
    }
    return sums;
  }

  /** What a bound took off the disk. */
  removed(reason: DropReason, { shares }: Removal, now_ms: number): void {
    for (const share of shares) this.add(reason, { ...share, messages: share.rows }, now_ms);
  }

  /** `now_ms` is the monotonic clock. */
  add(reason: DropReason, dropped: Dropped, now_ms: number): void {
    const { class: of, messages, first_at, last_at } = dropped;
    if (messages === 0) return;
    this.#counts[of][reason] += messages;
    // Nobody's bound, but somebody's decision: the keeper says what was dropped.
    if (reason === 'bridge_removed') return;
    const key = `${of} ${reason}`;
    const episode = this.#episodes.get(key);
    if (episode === undefined) {
      this.#episodes.set(key, { class: of, reason, messages, first_at, last_at, latest_ms: now_ms });
      this.#log.warn({ class: of, reason, ...range(first_at, last_at) }, 'the outbox begins to drop messages');
      return;
    }
    episode.messages += messages;
    episode.first_at = Math.min(episode.first_at, first_at);
    episode.last_at = Math.max(episode.last_at, last_at);
    episode.latest_ms = now_ms;
  }

  /** Logs the episodes that are over; all of them with `now_ms` Infinity. */
  closeEpisodes(now_ms: number): void {
    for (const [key, { class: of, reason, messages, first_at, last_at, latest_ms }] of this.#episodes) {
      if (now_ms - latest_ms < EPISODE_GAP_MS) continue;
      this.#episodes.delete(key);
      this.#log.warn({ class: of, reason, messages, ...range(first_at, last_at) }, 'the outbox dropped messages');
    }
  }
}

const range = (first_at: number, last_at: number) => ({
  from: new Date(first_at).toISOString(),
  to: new Date(last_at).toISOString(),
});

function none(): Record<DropReason, number> {
  return {
    max_bytes: 0,
    max_messages: 0,
    max_age: 0,
    expired: 0,
    compacted: 0,
    refused: 0,
    offline: 0,
    not_stored: 0,
    dead_letters: 0,
    bridge_removed: 0,
  };
}

const REASONS = Object.keys(none()) as readonly DropReason[];
