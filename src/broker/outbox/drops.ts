import { MESSAGE_CLASSES, type MessageClass } from '#topics';
import type { Logger } from 'pino';
import type { DropCounts, DropEpisode, DropReason, Dropped } from './outbox.ts';
import type { Removal } from './removal.ts';

/** After so long without a drop an episode is over, in milliseconds. */
const EPISODE_GAP_MS = 60_000;

interface Episode extends DropEpisode {
  messages: number;
  first_at: number;
  last_at: number;
  over: boolean;
  /** Monotonic clock of the latest drop. */
  latest_ms: number;
}

/**
 * Counts what the outbox gives up, and logs an episode twice however long it is: when it begins and when it is over. The last
 * episode of each class and reason is kept.
 */
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

  /** The last of each class and reason, in the order in which these began. */
  get episodes(): readonly DropEpisode[] {
    return [...this.#episodes.values()];
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
    const key = `${of} ${reason}`;
    const episode = this.#episodes.get(key);
    if (episode === undefined || episode.over) {
      this.#episodes.delete(key);
      this.#episodes.set(key, { class: of, reason, messages, first_at, last_at, over: false, latest_ms: now_ms });
      if (isToldOf(reason)) return;
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
    for (const episode of this.#episodes.values()) {
      const { class: of, reason, messages, first_at, last_at, over, latest_ms } = episode;
      if (over || now_ms - latest_ms < EPISODE_GAP_MS) continue;
      episode.over = true;
      if (isToldOf(reason)) continue;
      this.#log.warn({ class: of, reason, messages, ...range(first_at, last_at) }, 'the outbox dropped messages');
    }
  }
}

/** Nobody's bound, but somebody's decision: the keeper says what was dropped. */
const isToldOf = (reason: DropReason): boolean => reason === 'bridge_removed';

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
