/** Addresses and users remembered at once; beyond it the one that failed longest ago is forgotten. */
const MOST_KEYS = 4_096;
/** Failures that cost nothing: somebody mistypes. */
const FREE = 3;
/** The wait after the first failure that costs something; each one more doubles it. */
const FIRST_WAIT_MS = 250;
/** Below the time a client has for its CONNECT, so that the right password still gets its answer. */
const LONGEST_WAIT_MS = 8_000;
/** In so long without a failure one of them is forgiven. */
const FORGIVEN_MS = 60_000;

interface Failures {
  readonly count: number;
  readonly last_ms: number;
}

/**
 * Failed logins by address and by user: who fails often waits before the next try is even looked at. Nobody is locked out, for
 * that would let anybody lock out anybody. The clock is monotonic: a Pi's wall clock jumps at boot.
 */
export class LoginFailures {
  readonly #failures = new Map<string, Failures>();

  /** Keys remembered. */
  get size(): number {
    return this.#failures.size;
  }

  /** Milliseconds to wait before a login is looked at. */
  wait_ms(keys: readonly string[], now_ms: number): number {
    const worst = Math.max(0, ...keys.map((key) => this.#count(key, now_ms)));
    return worst < FREE ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (worst - FREE));
  }

  failed(keys: readonly string[], now_ms: number): void {
    for (const key of keys) {
      const count = this.#count(key, now_ms) + 1;
      this.#failures.delete(key);
      this.#failures.set(key, { count, last_ms: now_ms });
    }
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= MOST_KEYS) break;
      this.#failures.delete(oldest);
    }
  }

  #count(key: string, now_ms: number): number {
    const known = this.#failures.get(key);
    if (known === undefined) return 0;
    const left = known.count - Math.floor((now_ms - known.last_ms) / FORGIVEN_MS);
    if (left > 0) return left;
    this.#failures.delete(key);
    return 0;
  }
}

/** An address as a key. Who has an IPv6 network has 2^64 addresses, so its first half counts. */
export function addressKey(host: string): string {
  const plain = host.replace(/^::ffff:(?=\d+\.)/, '');
  return plain.includes(':') ? `address ${plain.split(':').slice(0, 4).join(':')}` : `address ${plain}`;
}
