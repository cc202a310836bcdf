import { connect, type MqttClient } from 'mqtt';
import { until } from './until.ts';

const PATIENCE_MS = 30_000;

/** A message as the upstream's consumer got it. */
export interface Forwarded {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
  /** User properties by name. */
  readonly marks: Readonly<Record<string, string>>;
}

export interface ForwardSettings {
  readonly retain?: boolean;
  readonly userProperties?: Record<string, string>;
  readonly responseTopic?: string;
}

/** A consumer in the cloud, with a session that waits for it while it is away. */
export class UpstreamSubscriber {
  readonly received: Forwarded[] = [];
  /** Takes each message as it comes, in place of `received`. */
  onMessage: (message: Forwarded) => void = (message) => void this.received.push(message);
  readonly #client: MqttClient;

  private constructor(client: MqttClient) {
    this.#client = client;
    client.on('error', () => {});
    client.on('message', (topic, payload, { retain, properties }) => {
      const marks = Object.fromEntries(
        Object.entries(properties?.userProperties ?? {}).map(([name, value]) => [name, String(value)]),
      );
      this.onMessage({ topic, payload: payload.toString(), retain, marks });
    });
  }

  /** One port, or those of a cluster's nodes, of which it takes one after the other until one answers. */
  static async connect(
    ports: number | readonly number[],
    filter: string,
    clientId = 'consumer',
    version: 4 | 5 = 5,
  ): Promise<UpstreamSubscriber> {
    const client = connect('mqtt://127.0.0.1', {
      servers: [ports].flat().map((port) => ({ host: '127.0.0.1', port, protocol: 'mqtt' as const })),
      protocolVersion: version,
      clientId,
      clean: false,
      reconnectPeriod: 50,
      keepalive: 5,
      ...(version === 5 ? { properties: { sessionExpiryInterval: 3600, receiveMaximum: 1000 } } : {}),
    });
    // Before it is connected: what waited for its session comes in one segment with the CONNACK.
    const subscriber = new UpstreamSubscriber(client);
    await until('a connection', () => client.connected, PATIENCE_MS).catch(async (error: unknown) => {
      await subscriber.close();
      throw error;
    });
    // A cluster that has just lost a node, or got it back, refuses for a moment.
    const taken = () =>
      client.subscribeAsync(filter, { qos: 1, rap: true }).then(
        () => true,
        () => false,
      );
    await until(`a subscription to ${filter}`, taken, PATIENCE_MS);
    return subscriber;
  }

  get payloads(): readonly string[] {
    return this.received.map(({ payload }) => payload);
  }

  async publish(topic: string, payload: string, settings: ForwardSettings = {}): Promise<void> {
    const { retain = false, userProperties, responseTopic } = settings;
    await this.#client.publishAsync(topic, payload, {
      qos: 1,
      retain,
      properties: { ...(userProperties && { userProperties }), ...(responseTopic && { responseTopic }) },
    });
  }

  close(): Promise<void> {
    return this.#client.endAsync(true);
  }
}
