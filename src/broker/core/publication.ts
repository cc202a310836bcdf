import type { Message, MessageProperties } from '#topics';
import type { Origin } from '../ports.ts';
import type { TopicAlias } from '../wire/aliases.ts';
import type { ProtocolVersion } from '../wire/codec/packet.ts';
import { encodePublish, type PublishFrame } from '../wire/codec/publish.ts';
import { messageBytes } from './message-bytes.ts';

/** How one subscriber gets it. */
export interface Delivery {
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** Of all its subscriptions that match. */
  readonly identifiers?: readonly number[] | undefined;
}

/** A frame that subscribers share. */
interface SharedFrame {
  readonly slot: number;
  readonly frame: PublishFrame;
  readonly next: SharedFrame | undefined;
}

/** Without identifiers there are six ways, which all share. */
const PLAIN: readonly (readonly [Delivery, Delivery])[] = ([0, 1, 2] as const).map((qos) => [
  { qos, retain: false },
  { qos, retain: true },
]);

export function deliveryBy(qos: Delivery['qos'], retain: boolean, identifiers?: readonly number[]): Delivery {
  const plain = identifiers === undefined ? PLAIN[qos]?.[retain ? 1 : 0] : undefined;
  return plain ?? { qos, retain, identifiers };
}

/**
 * A message on its way through the broker. It is what Aedes carries as `properties`, which it hands on by reference and never
 * looks into; hence the one property of that name.
 */
export class Publication {
  declare readonly messageExpiryInterval?: number;
  readonly message: Message;
  readonly origin: Origin;
  /** Monotonic milliseconds, from which the message expiry counts down. */
  readonly received_ms: number;
  /** How many publishes out of handlers led to this one. */
  readonly depth: number;
  /** What has to be on disk before it is acknowledged. */
  #needs: Promise<void>[] | undefined;
  /** One as a rule, and never more than there are kinds of subscribers. */
  #frames: SharedFrame | undefined;
  #live: Message | undefined;
  #bytes: number | undefined;

  constructor(message: Message, origin: Origin, depth = 0, received_ms = performance.now()) {
    this.message = message;
    this.origin = origin;
    this.depth = depth;
    this.received_ms = received_ms;
    const expiry_s = message.properties?.messageExpiryInterval;
    if (expiry_s !== undefined) this.messageExpiryInterval = expiry_s;
  }

  /** Its acknowledgement waits for that, and fails when that does. Calls that share a commit share the promise. */
  need(kept: Promise<void> | undefined): void {
    if (kept === undefined || this.#needs?.at(-1) === kept) return;
    if (this.#needs === undefined) this.#needs = [kept];
    else this.#needs.push(kept);
  }

  /** Settles when all that it needs is there; undefined: nothing. */
  get kept(): Promise<void> | undefined {
    if (this.#needs === undefined || this.#needs.length < 2) return this.#needs?.[0];
    return Promise.all(this.#needs).then(() => undefined);
  }

  /** Rough, for bounding queues: what the message holds in memory. */
  get bytes(): number {
    this.#bytes ??= messageBytes(this.message);
    return this.#bytes;
  }

  /** As subscribers that were there get it: `retain` is false [MQTT-3.3.1-12]. */
  get live(): Message {
    if (!this.message.retain) return this.message;
    this.#live ??= { ...this.message, retain: false };
    return this.#live;
  }

  /** Milliseconds left; undefined for ever. */
  remaining_ms(now_ms = performance.now()): number | undefined {
    if (this.messageExpiryInterval === undefined) return undefined;
    return Math.round(this.messageExpiryInterval * 1000 - (now_ms - this.received_ms));
  }

  /** Whole seconds left [MQTT-3.3.2-6]; undefined for ever; 0 or less is over [MQTT-3.3.2-5]. */
  remaining_s(now_ms = performance.now()): number | undefined {
    if (this.messageExpiryInterval === undefined) return undefined;
    return this.messageExpiryInterval - Math.floor((now_ms - this.received_ms) / 1000);
  }

  /** The PUBLISH for a subscriber, shared by all that get the same bytes. */
  frame(version: ProtocolVersion, delivery: Delivery, alias?: TopicAlias): PublishFrame {
    const { qos, retain, identifiers } = delivery;
    const left_s = version === 5 ? this.remaining_s() : undefined;
    const shared = identifiers === undefined && alias === undefined && left_s === this.messageExpiryInterval;
    if (!shared && version === 5) return this.#encode(version, delivery, this.#withExpiry(left_s), alias);
    const slot = (version === 5 ? 6 : 0) + qos * 2 + (retain ? 1 : 0);
    for (let known = this.#frames; known !== undefined; known = known.next) if (known.slot === slot) return known.frame;
    const { topic, payload, properties } = this.message;
    const frame = encodePublish(version, topic, payload, properties, deliveryBy(qos, retain));
    this.#frames = { slot, frame, next: this.#frames };
    return frame;
  }

  #encode(
    version: ProtocolVersion,
    { qos, retain, identifiers }: Delivery,
    properties: MessageProperties | undefined,
    alias?: TopicAlias,
  ): PublishFrame {
    const { topic, payload } = this.message;
    const header = {
      qos,
      retain,
      ...(identifiers && { subscriptionIdentifiers: identifiers }),
      ...(alias && { topicAlias: alias.number }),
    };
    return encodePublish(version, alias?.known ? '' : topic, payload, properties, header);
  }

  #withExpiry(left_s: number | undefined): MessageProperties | undefined {
    return left_s === undefined
      ? this.message.properties
      : { ...this.message.properties, messageExpiryInterval: left_s };
  }
}
