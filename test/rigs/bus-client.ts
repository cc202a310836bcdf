/** A message as a client saw it arrive. */
export interface Received {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
  readonly qos: number;
}

export interface PublishSettings {
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
}

/** What every real client can do, so that one test holds for all of them. */
export interface BusClient {
  /** Everything that arrived since the start, in order. */
  readonly received: readonly Received[];
  /** Settles once the broker has granted it. */
  subscribe(filter: string, qos?: 0 | 1 | 2): Promise<void>;
  /** Settles once it is sent and, at QoS 1 and 2, acknowledged. */
  publish(topic: string, payload: string, settings?: PublishSettings): Promise<void>;
  close(): Promise<void>;
}

export type ProtocolVersion = '3.1.1' | '5';

export type ConnectClient = (port: number, version: ProtocolVersion) => Promise<BusClient>;

/** The newest message on a topic. */
export function latest(client: BusClient, topic: string): Received | undefined {
  return client.received.findLast((message) => message.topic === topic);
}
