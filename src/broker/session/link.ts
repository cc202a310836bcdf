import type { ProtocolVersion } from '../wire/codec/packet.ts';
import type { PublishFrame } from '../wire/codec/publish.ts';

/** A session's way to its client while it is connected. */
export interface Link {
  readonly version: ProtocolVersion;
  /** The client's Maximum Packet Size in bytes. */
  readonly maximumPacketSize: number;
  /** QoS 1 and 2 messages the client takes at once: its Receive Maximum, within ours. */
  readonly window: number;
  /** False while the client does not take what was written. */
  readonly ready: boolean;
  /** False: too much waits already for one more that may be lost. `live` is not a retained one being handed over. */
  takesQos0(live: boolean): boolean;
  sendPublish(frame: PublishFrame, packetId: number, dup: boolean): void;
  sendRelease(packetId: number, reason: number): void;
}
