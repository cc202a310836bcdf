import type { ProtocolVersion } from '../wire/codec/packet.ts';
import type { Delivery, Publication } from '../core/publication.ts';

/** A session's way to its client while it is connected. */
export interface Link {
  readonly version: ProtocolVersion;
  /** QoS 1 and 2 messages the client takes at once: its Receive Maximum, within ours. */
  readonly window: number;
  /** False while the client does not take what was written. */
  readonly ready: boolean;
  /** False: too much waits already for one more that may be lost. `live` is not a retained one being handed over. */
  takesQos0(live: boolean): boolean;
  /** False: it is too large for this client, and was not sent [MQTT-3.1.2-24]. `packetId` is 0 at QoS 0. */
  sendPublish(publication: Publication, delivery: Delivery, packetId: number, dup: boolean): boolean;
  sendRelease(packetId: number): void;
}
