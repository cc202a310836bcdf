import { FaultProxy } from './fault-proxy.ts';
import { Ledger, type Tally } from './ledger.ts';
import { LedgerConsumer } from './ledger-consumer.ts';
import { LedgerPublisher, type LedgerPublisherSettings } from './ledger-publisher.ts';
import { type ConfigDocument, Pinbus } from './pinbus.ts';
import { until } from './until.ts';

/** For thousands of messages through a dozen processes on a busy machine. */
const PATIENCE_MS = 60_000;

export interface UpstreamAddress {
  /** Where the node's link leads. */
  readonly port: number;
  /** Where the consumer is, if somewhere else: whichever answers. */
  readonly consumer_ports?: readonly number[];
  readonly version?: 4 | 5;
}

/** A node that bridges `load/#` to an upstream over a link that can break, and the ledger of what went through all that. */
export class BridgeScene {
  readonly ledger: Ledger;
  readonly link: FaultProxy;
  readonly pinbus: Pinbus;
  readonly consumer: LedgerConsumer;

  private constructor(link: FaultProxy, pinbus: Pinbus, consumer: LedgerConsumer, ledger: Ledger) {
    this.link = link;
    this.pinbus = pinbus;
    this.consumer = consumer;
    this.ledger = ledger;
  }

  /** The upstream runs already; the node does not yet. `bridge` is merged over the rig's own. */
  static async set(
    { port, consumer_ports, version }: UpstreamAddress,
    bridge: ConfigDocument = {},
  ): Promise<BridgeScene> {
    const ledger = new Ledger();
    const link = await FaultProxy.start(port);
    const ports = consumer_ports ?? [port];
    const consumer = await LedgerConsumer.connect(ports, 'load/#', ledger, `ledger-${link.port}`, version);
    const cloud = { name: 'cloud', url: `mqtt://127.0.0.1:${link.port}`, out: [{ filter: 'load/#' }], ...bridge };
    const pinbus = await Pinbus.prepare({ config: { bridges: [cloud] } });
    return new BridgeScene(link, pinbus, consumer, ledger);
  }

  publish(settings: Partial<LedgerPublisherSettings>): Promise<LedgerPublisher> {
    return LedgerPublisher.start(this.pinbus.port, this.ledger, {
      topics: ['load/a', 'load/b'],
      window: 50,
      ...settings,
    });
  }

  /** Settles when the node acknowledged as many more. */
  async acknowledged(more: number): Promise<void> {
    const goal = this.ledger.acknowledged + more;
    await until(`${more} acknowledgements`, () => this.ledger.acknowledged >= goal, PATIENCE_MS);
  }

  /** Settles when as many more arrived in the cloud. */
  async arrived(more: number): Promise<void> {
    const goal = this.ledger.arrived + more;
    await until(`${more} arrivals`, () => this.ledger.arrived >= goal, PATIENCE_MS);
  }

  /** Waits for all that was acknowledged, and says what became of it. */
  async settled(): Promise<Tally> {
    await until('all of them', () => this.ledger.missing.size === 0, PATIENCE_MS).catch(() => {});
    return this.ledger.tally();
  }

  async strike(): Promise<void> {
    await this.pinbus.dispose();
    await this.consumer.close();
    await this.link.stop();
  }
}
