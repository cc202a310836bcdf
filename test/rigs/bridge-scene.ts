import type { Moment } from './fault-points.ts';
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
  readonly scheme?: 'mqtt' | 'mqtts';
  /** Where the consumer is, if somewhere else: whichever answers. */
  readonly consumer_ports?: readonly number[];
  readonly version?: 4 | 5;
}

interface Props {
  readonly link: FaultProxy;
  readonly pinbus: Pinbus;
  readonly consumer: LedgerConsumer;
  readonly ledger: Ledger;
  readonly cloud: ConfigDocument;
}

/** A node that bridges `load/#` to an upstream over a link that can break, and the ledger of what went through all that. */
export class BridgeScene {
  readonly ledger: Ledger;
  readonly link: FaultProxy;
  readonly pinbus: Pinbus;
  readonly consumer: LedgerConsumer;
  /** Where in the play it is: for the account of one that fails. */
  at = 'the beginning';

  readonly #cloud: ConfigDocument;

  private constructor(props: Props) {
    this.link = props.link;
    this.pinbus = props.pinbus;
    this.consumer = props.consumer;
    this.ledger = props.ledger;
    this.#cloud = props.cloud;
  }

  /**
   * The upstream runs already; the node does not yet. `bridge` is merged over the rig's own. What fails is thrown on, with an
   * account of what had become of all.
   */
  static async play<T>(
    upstream: UpstreamAddress,
    bridge: ConfigDocument,
    work: (scene: BridgeScene) => Promise<T>,
  ): Promise<T> {
    const scene = await BridgeScene.#set(upstream, bridge);
    try {
      return await work(scene);
    } catch (error) {
      console.error(`failed at ${scene.at}: ${scene.#account()}`);
      throw error;
    } finally {
      await scene.#strike();
    }
  }

  static async #set(
    { port, scheme = 'mqtt', consumer_ports, version }: UpstreamAddress,
    bridge: ConfigDocument,
  ): Promise<BridgeScene> {
    const ledger = new Ledger();
    const link = await FaultProxy.start(port);
    const ports = consumer_ports ?? [port];
    const consumer = await LedgerConsumer.connect(ports, 'load/#', ledger, `ledger-${link.port}`, version);
    const cloud = { name: 'cloud', url: `${scheme}://127.0.0.1:${link.port}`, out: [{ filter: 'load/#' }], ...bridge };
    const pinbus = await Pinbus.prepare({ config: { bridges: [cloud] } });
    return new BridgeScene({ link, pinbus, consumer, ledger, cloud });
  }

  /** From its next start on the node's bridge has this merged over what it had at first. */
  configure(bridge: ConfigDocument): void {
    this.pinbus.configure({ bridges: [{ ...this.#cloud, ...bridge }] });
  }

  publish(settings: Partial<LedgerPublisherSettings>): Promise<LedgerPublisher> {
    return LedgerPublisher.start(this.pinbus.port, this.ledger, {
      topics: ['load/a', 'load/b'],
      window: 50,
      ...settings,
    });
  }

  /** What is under way, as far as it shows from outside of the node. */
  moment({ unacknowledged }: LedgerPublisher): Moment {
    return { unacknowledged, owed: this.ledger.missing.size, link: this.link.state };
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
  async settled(deadline_ms = PATIENCE_MS): Promise<Tally> {
    await until('all of them', () => this.ledger.missing.size === 0, deadline_ms).catch(() => {});
    return this.ledger.tally();
  }

  #account(): string {
    const missing = [...this.ledger.missing].slice(0, 10);
    const { connections } = this.link;
    return `${JSON.stringify({ ...this.ledger.tally(), missing, connections })}\nthe node: ${this.pinbus.lastWords()}`;
  }

  async #strike(): Promise<void> {
    await this.pinbus.dispose();
    await this.consumer.close();
    await this.link.stop();
  }
}
