import { Mosquitto } from './mosquitto.ts';
import { type ConfigDocument, Pinbus } from './pinbus.ts';
import { until } from './until.ts';
import { UpstreamSubscriber } from './upstream-subscriber.ts';

const PATIENCE_MS = 15_000;

/** A mosquitto that plays the cloud, a person in it who listens and speaks, and the node that is bridged to it. */
export class CloudScene {
  readonly person: UpstreamSubscriber;
  readonly url: string;
  readonly #cloud: Mosquitto;
  #pinbus: Pinbus | undefined;

  private constructor(cloud: Mosquitto, person: UpstreamSubscriber) {
    this.#cloud = cloud;
    this.person = person;
    this.url = `mqtt://127.0.0.1:${cloud.port}`;
  }

  /** The node does not run yet; the person listens to that filter. */
  static async set(filter: string): Promise<CloudScene> {
    const cloud = await Mosquitto.make();
    await cloud.start();
    return new CloudScene(cloud, await UpstreamSubscriber.connect(cloud.port, filter));
  }

  async start(config: ConfigDocument): Promise<Pinbus> {
    this.#pinbus = await Pinbus.start({ config });
    return this.#pinbus;
  }

  get pinbus(): Pinbus {
    if (this.#pinbus === undefined) throw new Error('start the node first');
    return this.#pinbus;
  }

  /** What the person heard last on that topic. */
  latest(topic: string): string | undefined {
    return this.person.received.findLast((message) => message.topic === topic)?.payload;
  }

  /** Settles when the person heard that last. */
  async said(topic: string, payload: string): Promise<void> {
    await until(`${topic} ${payload}`, () => this.latest(topic) === payload, PATIENCE_MS);
  }

  async end(): Promise<void> {
    await this.person.close();
    await this.#pinbus?.dispose();
    await this.#cloud.remove();
  }
}
