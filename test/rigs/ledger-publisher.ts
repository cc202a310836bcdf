import type { Ledger } from './ledger.ts';
import { LoadClient } from './load-client.ts';
import { until } from './until.ts';

export interface LedgerPublisherSettings {
  readonly topics: readonly string[];
  /** The one of them that is published with the RETAIN flag. */
  readonly retained?: string;
  /** Sent and not yet acknowledged, at most. */
  readonly window: number;
  /** Messages a second; as many as the window lets through when missing. */
  readonly rate?: number;
  /** Characters behind the number of each message. */
  readonly padding?: number;
  readonly onSent?: (number: number) => void;
}

/**
 * A local client that publishes a ledger's numbers with QoS 1, its topics in turn. What is not acknowledged when the
 * broker dies it does not send again: it was not promised anything about it.
 */
export class LedgerPublisher {
  readonly #client: LoadClient;
  readonly #ledger: Ledger;
  readonly #settings: LedgerPublisherSettings;
  readonly #padding: string;
  /** By packet identifier. */
  readonly #open = new Map<number, number>();
  readonly #timer: NodeJS.Timeout | undefined;
  #turn = 0;
  #due: number;
  #began_ms = performance.now();
  #stopped = false;

  private constructor(client: LoadClient, ledger: Ledger, settings: LedgerPublisherSettings) {
    this.#client = client;
    this.#ledger = ledger;
    this.#settings = settings;
    this.#padding = settings.padding === undefined ? '' : ` ${'x'.repeat(settings.padding)}`;
    this.#due = settings.rate === undefined ? Number.POSITIVE_INFINITY : 0;
    client.onPuback = (messageId) => {
      const number = this.#open.get(messageId);
      this.#open.delete(messageId);
      if (number !== undefined) ledger.acknowledge(number);
      this.#fill();
    };
    if (settings.rate !== undefined) this.#timer = setInterval(() => this.#tick(), 10);
    this.#fill();
  }

  /** Connects and begins. */
  static async start(port: number, ledger: Ledger, settings: LedgerPublisherSettings): Promise<LedgerPublisher> {
    return new LedgerPublisher(await LoadClient.connect(port, 'publisher'), ledger, settings);
  }

  /** Sent to a broker that lives, and not acknowledged yet. */
  get unacknowledged(): number {
    return this.#client.closed ? 0 : this.#open.size;
  }

  /** Publishes no more, and settles when all is acknowledged or the broker is gone. */
  async stop(deadline_ms = 30_000): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await until('the last acknowledgements', () => this.#client.closed || this.#open.size === 0, deadline_ms);
    if (!this.#client.closed) await this.#client.close();
  }

  #tick(): void {
    const { rate = 0 } = this.#settings;
    const now_ms = performance.now();
    this.#due += ((now_ms - this.#began_ms) * rate) / 1000;
    this.#began_ms = now_ms;
    this.#fill();
  }

  #fill(): void {
    const { topics, retained, window, onSent } = this.#settings;
    while (!this.#stopped && !this.#client.closed && this.#open.size < window && this.#due >= 1) {
      this.#due -= 1;
      const topic = topics[this.#turn++ % topics.length] ?? '';
      const number = this.#ledger.issue(topic);
      onSent?.(number);
      this.#open.set(this.#client.publish(topic, `${number}${this.#padding}`, 1, topic === retained), number);
    }
  }
}
