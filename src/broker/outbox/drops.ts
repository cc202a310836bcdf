import type { Logger } from 'pino';
import type { DropReason } from './outbox.ts';

/** After so long without a drop an episode is over, in milliseconds. */
const EPISODE_GAP_MS = 60_000;

interface Episode {
  messages: number;
  /** Wall clock of the first and the last message lost. */
  first_at: number;
  last_at: number;
  /** Monotonic clock of the latest drop. */
  latest_ms: number;
}

/** Counts what the outbox gives up, and logs an episode twice however long it is: when it begins and when it is over. */
export class Drops {
  readonly #log: Logger;
  readonly #counts: Record<DropReason, number> = {
    max_bytes: 0,
    max_age: 0,
    expired: 0,
    not_stored: 0,
    dead_letters: 0,
    bridge_removed: 0,
  };
  readonly #episodes = new Map<DropReason, Episode>();

  constructor(log: Logger) {
    this.#log = log;
  }

  get counts(): Readonly<Record<DropReason, number>> {
    return { ...this.#counts };
  }

  /** `first_at` and `last_at` are wall clock times of the messages, `now_ms` is the monotonic clock. */
  add(reason: DropReason, messages: number, first_at: number, last_at: number, now_ms: number): void {
    if (messages === 0) return;
    this.#counts[reason] += messages;
    // Nobody's bound, but somebody's decision: the keeper says what was dropped.
    if (reason === 'bridge_removed') return;
    const episode = this.#episodes.get(reason);
    if (episode === undefined) {
      this.#episodes.set(reason, { messages, first_at, last_at, latest_ms: now_ms });
      this.#log.warn({ reason, ...range(first_at, last_at) }, 'the outbox begins to drop messages');
      return;
    }
    episode.messages += messages;
    episode.first_at = Math.min(episode.first_at, first_at);
    episode.last_at = Math.max(episode.last_at, last_at);
    episode.latest_ms = now_ms;
  }

  /** Logs the episodes that are over; all of them with `now_ms` Infinity. */
  closeEpisodes(now_ms: number): void {
    for (const [reason, { messages, first_at, last_at, latest_ms }] of this.#episodes) {
      if (now_ms - latest_ms < EPISODE_GAP_MS) continue;
      this.#episodes.delete(reason);
      this.#log.warn({ reason, messages, ...range(first_at, last_at) }, 'the outbox dropped messages');
    }
  }
}

const range = (first_at: number, last_at: number) => ({
  from: new Date(first_at).toISOString(),
  to: new Date(last_at).toISOString(),
});
