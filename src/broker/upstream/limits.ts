import type { Qos } from '#topics';
import type { IConnackPacket } from 'mqtt';

/**
 * What the upstream allows on this link, from its CONNACK (MQTT 5.0, 3.2.2.3). Shared subscriptions and subscription
 * identifiers, which it may forbid as well, a bridge never asks for.
 */
export interface LinkLimits {
  /** Unacknowledged publishes, 1 to 65,535. */
  readonly receive_maximum: number;
  /** Bytes of a packet; undefined: no limit. */
  readonly maximum_packet_size: number | undefined;
  readonly maximum_qos: Qos;
  readonly retain_available: boolean;
  /** Topics that a number may stand for; 0: none. */
  readonly topic_alias_maximum: number;
  readonly wildcards_available: boolean;
}

/** What is not said is allowed, but for topic aliases; 3.1.1 says nothing. */
export function limitsOf({ properties }: Pick<IConnackPacket, 'properties'>): LinkLimits {
  return {
    receive_maximum: properties?.receiveMaximum ?? 65_535,
    maximum_packet_size: properties?.maximumPacketSize,
    maximum_qos: properties?.maximumQoS === 0 ? 0 : properties?.maximumQoS === 1 ? 1 : 2,
    retain_available: properties?.retainAvailable !== false,
    topic_alias_maximum: properties?.topicAliasMaximum ?? 0,
    wildcards_available: properties?.wildcardSubscriptionAvailable !== false,
  };
}

/** Of the rest of a SUBSCRIBE to one filter, besides that: identifier, properties, length of the filter, options [MQTT 5.0, 3.8]. */
const SUBSCRIBE_BYTES = 6;

/** Why the upstream would not take a subscription, as far as its CONNACK said; undefined: it may. */
export function subscriptionFault(
  { wildcards_available, maximum_packet_size: most = Number.POSITIVE_INFINITY }: LinkLimits,
  filter: string,
): string | undefined {
  if (!wildcards_available && /[+#]/.test(filter)) return 'the upstream has no subscriptions with wildcards';
  const rest = SUBSCRIBE_BYTES + Buffer.byteLength(filter);
  const bytes = rest + (rest < 0x80 ? 2 : rest < 0x4000 ? 3 : 4);
  return bytes > most ? `asking for it takes ${bytes} bytes, and the upstream takes ${most}` : undefined;
}
