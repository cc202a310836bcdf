export interface KeepaliveParts {
  /** Whether nothing is read from it: its silence is of our own making then. */
  readonly deaf: () => boolean;
  readonly expired: () => void;
}

/** Ends a connection that was silent for one and a half times its Keep Alive [MQTT-3.1.2-22]. */
export class Keepalive {
  readonly #allowed_ms: number;
  readonly #parts: KeepaliveParts;
  #last_ms = performance.now();
  #timer: NodeJS.Timeout | undefined;

  /** `keepAlive_s` 0 is none. */
  constructor(keepAlive_s: number, parts: KeepaliveParts) {
    this.#allowed_ms = keepAlive_s * 1500;
    this.#parts = parts;
  }

  start(): void {
    if (this.#allowed_ms > 0) this.#arm(this.#allowed_ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** A whole packet came. The timer looks at it when it is due: nothing is rearmed for each packet. */
  heard(now_ms: number): void {
    this.#last_ms = now_ms;
  }

  #arm(in_ms: number): void {
    this.#timer = setTimeout(() => {
      const left_ms = this.#last_ms + this.#allowed_ms - performance.now();
      if (left_ms > 0) this.#arm(left_ms);
      else if (this.#parts.deaf()) this.#arm(this.#allowed_ms);
      else this.#parts.expired();
    }, in_ms);
    this.#timer.unref();
  }
}
