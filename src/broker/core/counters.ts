/** Why a message did not reach a subscriber. */
export type DropReason =
  /** QoS 0 to a client that does not take what was written. */
  | 'slow_client'
  /** The oldest of a session's queue, for a newer one. */
  | 'queue_full'
  /** Longer than the client's Maximum Packet Size. */
  | 'packet_too_large'
  /** Its Message Expiry Interval passed while it waited. */
  | 'expired'
  /** The publisher may not write there. */
  | 'not_authorized'
  /** It had passed this node before: bridges lead in a circle. */
  | 'loop';

/** What the broker counts, since its start. */
export class Counters {
  messages_in = 0;
  messages_out = 0;
  /** Of every kind. */
  packets_in = 0;
  packets_out = 0;
  payload_bytes_in = 0;
  payload_bytes_out = 0;
  bytes_in = 0;
  bytes_out = 0;
  connections = 0;
  /** Connections that were let in. */
  admissions = 0;
  /** Sessions that ended by waiting too long for their client. */
  expired_sessions = 0;
  readonly dropped: Record<DropReason, number> = {
    slow_client: 0,
    queue_full: 0,
    packet_too_large: 0,
    expired: 0,
    not_authorized: 0,
    loop: 0,
  };
}
