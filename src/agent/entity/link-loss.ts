import type { Origin } from '#broker';
import type { Clock } from '../clock.ts';
import type { Links } from './links.ts';

/** Milliseconds between two looks at a link. */
const LOOK_MS = 1_000;

export interface LinkLossOptions {
  /** Milliseconds without the link until `lost`. */
  readonly after: number;
  readonly links: Links;
  readonly clock: Clock;
  lost(): void;
}

/** Watches over the link of whoever commanded an output, for as long as there is something to lose. */
export class LinkLoss {
  readonly #options: LinkLossOptions;
  /** Undefined: nobody has commanded it since the start, which is as good as a link that is down. */
  #commander: Origin | undefined;
  /** On the monotonic clock; undefined while the link is up. */
  #down_since_ms: number | undefined;
  #cancel: (() => void) | undefined;

  constructor(options: LinkLossOptions) {
    this.#options = options;
  }

  commanded(origin: Origin): void {
    this.#commander = origin;
    this.#down_since_ms = undefined;
  }

  /** The output is not in the state that a lost link would bring it to. */
  watch(): void {
    if (this.#cancel === undefined) this.#look();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#down_since_ms = undefined;
  }

  #look(): void {
    const { links, clock, after } = this.#options;
    const now_ms = clock.monotonic();
    const up = this.#commander !== undefined && links.isUp(this.#commander);
    this.#down_since_ms = up ? undefined : (this.#down_since_ms ?? now_ms);
    const left_ms = (this.#down_since_ms ?? now_ms) + after - now_ms;
    // It goes on being watched: an output that did not follow is told again.
    if (left_ms <= 0) this.#options.lost();
    this.#cancel = clock.after(left_ms > 0 ? Math.min(LOOK_MS, Math.ceil(left_ms)) : LOOK_MS, () => this.#look());
  }
}
