import { z } from 'zod';
import type { Arrival, Ledger } from './ledger.ts';
import { type Forwarded, UpstreamSubscriber } from './upstream-subscriber.ts';

/** What history comes in where the upstream speaks 3.1.1, or by choice. */
const ENVELOPE = z.object({ historic: z.literal(true), payload: z.string() });

/** A consumer in the cloud that enters what comes into a ledger. */
export class LedgerConsumer {
  /** Is told of each arrival after the ledger. */
  onArrival: (arrival: Arrival) => void = () => {};
  readonly #subscriber: UpstreamSubscriber;

  private constructor(subscriber: UpstreamSubscriber, ledger: Ledger) {
    this.#subscriber = subscriber;
    const enter = (message: Forwarded): void => {
      const arrival = read(message);
      ledger.arrive(arrival);
      this.onArrival(arrival);
    };
    // What came with its SUBACK.
    subscriber.received.forEach(enter);
    subscriber.onMessage = enter;
  }

  /** The client id is its session's: one that another ledger had brings what that one left behind. */
  static async connect(
    ports: readonly number[],
    filter: string,
    ledger: Ledger,
    clientId: string,
    version?: 4 | 5,
  ): Promise<LedgerConsumer> {
    return new LedgerConsumer(await UpstreamSubscriber.connect(ports, filter, clientId, version), ledger);
  }

  close(): Promise<void> {
    return this.#subscriber.close();
  }
}

function read({ topic, payload, marks }: Forwarded): Arrival {
  if (!payload.startsWith('{')) return { topic, number: Number.parseInt(payload, 10), historic: 'historic' in marks };
  return { topic, number: Number.parseInt(ENVELOPE.parse(JSON.parse(payload)).payload, 10), historic: true };
}
