import { LIMITS } from '../limits.ts';
import type { LimitOptions } from '../options.ts';
import type { Dialect } from './codec/decode.ts';
import type { ConnectPacket } from './codec/packet.ts';

/** What a CONNECT settled about the packets of its connection. */
export interface Terms extends Dialect {
  /** Seconds; 0 is none. */
  readonly keepAlive_s: number;
  /** Bytes that the client takes at once [MQTT-3.1.2-24]. */
  readonly maximumPacketSize: number;
  /** QoS 1 and 2 messages the client takes unacknowledged, within ours [MQTT-3.3.4-9]. */
  readonly window: number;
  /** QoS 1 and 2 messages of the client that may be unacknowledged, as it was told [MQTT-3.3.4-7]. */
  readonly receiveMaximum: number;
  /** Topic aliases it takes [MQTT-3.1.2-26]. */
  readonly topicAliasMaximum: number;
  /** Whether it wants reasons in words [MQTT-3.1.2-29]; undefined: it did not say. */
  readonly problemInformation: boolean | undefined;
}

/** As long as nothing is settled. */
export const NO_TERMS: Terms = {
  version: 4,
  bridge: false,
  keepAlive_s: 0,
  maximumPacketSize: Number.POSITIVE_INFINITY,
  window: LIMITS.inflight,
  receiveMaximum: LIMITS.inflight,
  topicAliasMaximum: 0,
  problemInformation: undefined,
};

export function termsOf(
  { version, bridge, keepAlive, properties }: ConnectPacket,
  { inflight, receive_maximum }: Pick<LimitOptions, 'inflight' | 'receive_maximum'>,
): Terms {
  return {
    version,
    bridge,
    // Only MQTT 5 has a way to say that it is to be shorter [MQTT-3.2.2-21].
    keepAlive_s: version === 5 ? Math.min(keepAlive, LIMITS.keep_alive_s) : keepAlive,
    maximumPacketSize: properties?.maximumPacketSize ?? NO_TERMS.maximumPacketSize,
    window: Math.min(properties?.receiveMaximum ?? inflight, inflight),
    receiveMaximum: receive_maximum,
    topicAliasMaximum: properties?.topicAliasMaximum ?? 0,
    problemInformation: properties?.requestProblemInformation,
  };
}
