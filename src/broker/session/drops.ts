import type { Logger } from 'pino';
import type { Counters, DropReason } from '../core/counters.ts';
import { Episode } from '../core/episode.ts';
import type { Publication } from '../core/publication.ts';

/** A reason is told again after it was quiet for so long, in milliseconds. */
const EPISODE_MS = 60_000;

/** What one client does not get: counted, and told once an episode. It costs next to nothing, as a frozen client drops all. */
export class Drops {
  readonly #clientId: string;
  readonly #counters: Counters;
  readonly #log: Logger;
  /** By reason; most clients never miss anything. */
  #episodes: Episode | undefined;

  constructor(clientId: string, { counters, log }: { readonly counters: Counters; readonly log: Logger }) {
    this.#clientId = clientId;
    this.#counters = counters;
    this.#log = log;
  }

  add(reason: DropReason, { message }: Publication, now_ms = performance.now()): void {
    this.#count(reason, 1, now_ms, message.topic);
  }

  /** Several at once, of any topic. */
  addAll(reason: DropReason, messages: number): void {
    this.#count(reason, messages, performance.now());
  }

  #count(reason: DropReason, messages: number, now_ms: number, topic?: string): void {
    this.#counters.dropped[reason] += messages;
    this.#episodes ??= new Episode(EPISODE_MS);
    if (!this.#episodes.begins(reason, now_ms)) return;
    this.#log.warn({ client: this.#clientId, topic, reason }, 'messages to a client are dropped');
  }
}
