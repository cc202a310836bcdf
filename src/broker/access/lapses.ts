import type { Way } from '../listeners/transport.ts';
import { REASON, type Reason } from '../wire/reason.ts';
import type { Access, Identity } from './access.ts';

/** How much longer than its token or certificate a connection may live. */
const CHECK_MS = 1_000;

interface Held {
  readonly way: Pick<Way, 'chain'>;
  readonly admission: { readonly identity: Identity } | undefined;
  end(reason: Reason, why: string): void;
}

/** Ends connections whose token has expired or was revoked, or whose certificate has expired. */
export class Lapses {
  readonly #connections: Iterable<Held>;
  readonly #access: Access;
  #timer: NodeJS.Timeout | undefined;

  constructor(connections: Iterable<Held>, access: Access) {
    this.#connections = connections;
    this.#access = access;
  }

  start(): void {
    this.#timer = setInterval(() => this.check(), CHECK_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  check(): void {
    for (const connection of this.#connections) {
      const { admission, way } = connection;
      if ((way.chain?.expires_ms ?? Number.POSITIVE_INFINITY) <= Date.now()) {
        connection.end(REASON.not_authorized, 'the certificate has expired');
      } else if (admission?.identity.grant !== undefined && !this.#access.holds(admission.identity)) {
        connection.end(REASON.not_authorized, 'the token has expired or was revoked');
      }
    }
  }
}
