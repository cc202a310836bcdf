import { Socket } from 'node:net';
import type { Message, Qos, UserProperty } from '#topics';
import type { IPublishPacket, MqttClient } from 'mqtt';
import { BrokerError } from '../errors.ts';
import { Deferred } from '../store/deferred.ts';
import { ackFault, linkFault } from './faults.ts';
import { fromPacket, packetSize, toPacket } from './packet.ts';

/** A publish that is not acknowledged after so long closes the link, in milliseconds: it must not wedge the lane. */
const ACK_TIMEOUT_MS = 30_000;
/** Disconnect with Will Message (MQTT 5.0, 3.14.2.1): whoever leaves on purpose is as unreachable as who crashed. */
const DISCONNECT_WITH_WILL = 0x04;
/** How long a close waits for the DISCONNECT to go out, in milliseconds. */
const CLOSE_TIMEOUT_MS = 1_000;

/** What the upstream allows on this link, from its CONNACK (MQTT 5.0, 3.2.2.3). */
export interface LinkLimits {
  /** Unacknowledged publishes, 1 to 65,535. */
  readonly receive_maximum: number;
  /** Bytes of a packet; undefined: no limit. */
  readonly maximum_packet_size: number | undefined;
  readonly maximum_qos: Qos;
  readonly retain_available: boolean;
}

/** Settles once the message is taken over: then it is acknowledged upstream. */
export type InboundHandler = (message: Message) => Promise<void>;

interface InFlight {
  readonly since_ms: number;
  readonly reject: (error: BrokerError) => void;
}

/** One connection to an upstream, from its CONNACK on. It does not come back: whoever lost it opens another. */
export class Link {
  readonly protocol: 4 | 5;
  readonly limits: LinkLimits;
  readonly #client: MqttClient;
  readonly #inFlight = new Set<InFlight>();
  readonly #ended = new Deferred<BrokerError>();
  readonly #watch: NodeJS.Timeout;
  #end: BrokerError | undefined;
  #failure: Error | undefined;

  constructor(client: MqttClient, protocol: 4 | 5, limits: LinkLimits) {
    this.#client = client;
    this.protocol = protocol;
    this.limits = limits;
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    client.on('error', (error) => (this.#failure ??= error));
    client.on('disconnect', ({ reasonCode }) => {
      this.#failure ??= Object.assign(new Error(`the upstream said goodbye with reason ${reasonCode}`), {
        code: reasonCode,
      });
    });
    client.on('close', () => this.#over(linkFault('the link to the upstream ended', this.#failure)));
    this.#watch = setInterval(() => this.#findOverdue(), 1_000).unref();
  }

  /** Settles, with the reason, when the link is over. */
  get ended(): Promise<BrokerError> {
    return this.#ended.promise;
  }

  /**
   * Settles with the PUBACK (QoS 1) or PUBCOMP (QoS 2), and for QoS 0 once it was written. Rejects with
   * UPSTREAM_MESSAGE_REFUSED when the upstream will never take it, and as `ended` does.
   */
  publish(message: Message, qos: Qos, marks: readonly UserProperty[]): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) return reject(this.#end);
      const { limits } = this;
      const sent = {
        ...message,
        qos: atMost(qos, limits.maximum_qos),
        retain: message.retain && limits.retain_available,
      };
      const properties = this.protocol === 5 ? toPacket(message.properties, marks) : undefined;
      const size = packetSize(sent, properties);
      if (limits.maximum_packet_size !== undefined && size > limits.maximum_packet_size) {
        const why = `${size} bytes, and the upstream takes ${limits.maximum_packet_size}`;
        return reject(new BrokerError('UPSTREAM_MESSAGE_REFUSED', `${message.topic}: ${why}`));
      }
      const flight: InFlight = { since_ms: performance.now(), reject };
      this.#inFlight.add(flight);
      this.#client.publish(
        sent.topic,
        sent.payload,
        { qos: sent.qos, retain: sent.retain, ...(properties === undefined ? {} : { properties }) },
        (error) => {
          const fault = error ? ackFault(message.topic, error) : undefined;
          // Without a reason code it is not an answer but mqtt.js that gives up: the end of the link says why.
          if ((error && fault === undefined) || !this.#inFlight.delete(flight)) return;
          if (fault === undefined) resolve();
          else reject(fault);
        },
      );
    });
  }

  /**
   * Subscribes to all filters and hands over what comes, one message at a time. Rejects, naming the filters, when the
   * upstream refuses any.
   */
  async subscribe(
    filters: readonly { readonly filter: string; readonly qos: Qos }[],
    handler: InboundHandler,
  ): Promise<void> {
    this.#client.handleMessage = (packet, done) => void takeOver(packet, handler, done);
    // No-local, so that our own messages do not come back; retain as published, so that a retained command is known.
    const map = Object.fromEntries(filters.map(({ filter, qos }) => [filter, { qos, nl: true, rap: true, rh: 0 }]));
    await new Promise<void>((resolve, reject) => {
      void this.#ended.promise.then(reject);
      this.#client.subscribe(map, (error) => {
        const what = `subscription to ${filters.map(({ filter }) => filter).join(', ')}`;
        if (error) reject(new BrokerError('UPSTREAM_NOT_AUTHORIZED', `${what}: ${error.message}`, { cause: error }));
        else resolve();
      });
    });
  }

  /** Closes, so that the upstream publishes the will; what was not acknowledged rejects. */
  async close(reason = new BrokerError('UPSTREAM_CLOSED', 'the bridge closed the link')): Promise<void> {
    if (this.#end !== undefined) return;
    this.#failure ??= reason;
    const timer = setTimeout(() => this.#client.stream.destroy(), CLOSE_TIMEOUT_MS);
    // With publishes in flight mqtt.js would wait for their acknowledgements, for ever if need be; and the DISCONNECT of
    // 3.1.1 has no way to keep the will.
    if (this.#inFlight.size > 0 || this.protocol === 4) this.#client.end(true);
    else this.#client.end(false, { reasonCode: DISCONNECT_WITH_WILL });
    await this.#ended.promise;
    clearTimeout(timer);
  }

  #findOverdue(): void {
    const [oldest] = this.#inFlight;
    if (oldest === undefined || performance.now() - oldest.since_ms < ACK_TIMEOUT_MS) return;
    this.#failure ??= new BrokerError(
      'UPSTREAM_SILENT',
      `a publish was not acknowledged in ${ACK_TIMEOUT_MS / 1000} s`,
    );
    this.#client.stream.destroy();
  }

  #over(reason: BrokerError): void {
    if (this.#end !== undefined) return;
    this.#end = this.#failure instanceof BrokerError ? this.#failure : reason;
    clearInterval(this.#watch);
    for (const { reject } of this.#inFlight) reject(this.#end);
    this.#inFlight.clear();
    this.#ended.resolve(this.#end);
  }
}

const atMost = (qos: Qos, limit: Qos): Qos => (qos > limit ? limit : qos);

async function takeOver(packet: IPublishPacket, handler: InboundHandler, done: (error?: Error) => void): Promise<void> {
  const properties = fromPacket(packet.properties);
  try {
    await handler({
      topic: packet.topic,
      payload: typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload,
      qos: packet.qos,
      retain: packet.retain,
      ...(properties === undefined ? {} : { properties }),
    });
  } catch (error) {
    // Without an acknowledgement the upstream keeps it, as far as its session does.
    done(error instanceof Error ? error : new Error(String(error)));
    return;
  }
  done();
}
