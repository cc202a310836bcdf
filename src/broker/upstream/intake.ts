import type { Message } from '#topics';
import type { IPublishPacket, MqttClient } from 'mqtt';
import { generate } from 'mqtt-packet';
import { AckQueue } from '../wire/ack-queue.ts';
import { fromPacket } from './packet.ts';

/** Messages that we take before we acknowledged the first; what MQTT 5 calls our Receive Maximum. */
export const RECEIVE_MAXIMUM = 100;
/** Bytes of payload that are taken before the first of them is done with; the message that reaches it is the last. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Settles once the message is taken over: then it is acknowledged upstream. It is called in the order of the wire, also
 * while it works on messages before.
 */
export type InboundHandler = (message: Message, protocol: 4 | 5) => Promise<void>;

export interface IntakeParts {
  readonly client: MqttClient;
  readonly protocol: 4 | 5;
  readonly handler: InboundHandler;
  /** A message could not be taken over. It stays unacknowledged, so that the upstream sends it again over the next link. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Takes in what an upstream sends. mqtt.js would handle nothing else until a message is acknowledged, so that a slow disk
 * would hold up PUBACKs and answers to pings that came behind it; here the next packets go on meanwhile, and
 * acknowledgements are ours to send, in the order of the messages [MQTT-4.6.0-2].
 */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #acks: AckQueue;
  /** Taken and not yet acknowledged. */
  #pending = 0;
  #bytes = 0;
  /** Reads on, where the bound held it up. */
  #resume: (() => void) | undefined;

  constructor(parts: IntakeParts) {
    const { client, protocol } = parts;
    this.#parts = parts;
    this.#acks = new AckQueue((cmd, messageId) => {
      if (client.stream.destroyed) return;
      client.stream.write(generate({ cmd, messageId, reasonCode: 0 }, { protocolVersion: protocol }));
    });
  }

  start(): void {
    this.#parts.client.handleMessage = (packet, done) => this.#take(packet, done);
  }

  #take(packet: IPublishPacket, done: (error?: Error) => void): void {
    const { handler, onFailure, protocol } = this.#parts;
    const acknowledge = packet.qos === 1 ? this.#acks.expect('puback', packet.messageId ?? 0) : undefined;
    const message = messageOf(packet);
    const { length } = message.payload;
    this.#pending += 1;
    this.#bytes += length;
    handler(message, protocol).then(() => {
      this.#pending -= 1;
      this.#bytes -= length;
      acknowledge?.(0);
      this.#resume?.();
    }, onFailure);
    // With an error mqtt.js reads on and sends no acknowledgement of its own.
    const next = (): void => {
      this.#resume = undefined;
      done(acknowledge === undefined ? undefined : new Error('acknowledged when it is taken over'));
    };
    if (this.#pending < RECEIVE_MAXIMUM && this.#bytes < MAX_BYTES) next();
    else this.#resume = next;
  }
}

function messageOf({ topic, payload, qos, retain, properties: sent }: IPublishPacket): Message {
  const properties = fromPacket(sent);
  return {
    topic,
    payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
    qos,
    retain,
    ...(properties === undefined ? {} : { properties }),
  };
}
