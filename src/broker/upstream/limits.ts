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

/** Why the upstream would not take a subscription, as far as its CONNACK said; undefined: it may. */
export function subscriptionFault({ wildcards_available }: LinkLimits, filter: string): string | undefined {
  if (wildcards_available || !/[+#]/.test(filter)) return undefined;
  return 'the upstream has no subscriptions with wildcards';
}
