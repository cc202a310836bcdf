import type { RetainedStore } from '../ports.ts';
import { Publication } from './publication.ts';
import { type Settled, settled } from './settled.ts';

const NOTHING = settled<void>(undefined);

/**
 * What Aedes asks of a persistence while it publishes. Everything is answered at once; what has to reach the disk is awaited
 * by the acknowledgement, not by the delivery. Sessions queue for themselves when the hub delivers to them, connected or not,
 * so a message takes one way and there is nothing for Aedes to enqueue.
 */
export class Persistence {
  readonly #retained: RetainedStore;

  constructor(retained: RetainedStore) {
    this.#retained = retained;
  }

  /** Aedes insists on an AsyncFunction. */
  async setup(): Promise<void> {}

  storeRetained(packet: { readonly properties?: unknown }): Settled<void> {
    const publication = packet.properties;
    if (publication instanceof Publication) {
      publication.need(this.#retained.set(publication.message, publication.origin));
    }
    return NOTHING;
  }

  /** Wills live in the sessions. */
  streamWill(): readonly never[] {
    return [];
  }
}
