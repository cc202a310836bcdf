/**
 * What bounds the broker, whoever connects and whatever is sent. Each is announced to MQTT 5 clients where the protocol
 * has a word for it.
 */
export const LIMITS = {
  /** Sockets at once of a listener, those included that are being told why they may not stay. */
  sockets: 16_384,
  /** Sessions, the ones that wait for their client included. The one that waits longest goes first. */
  sessions: 8_192,
  /** Bytes of client ids, wills and filters of all sessions; each may have its even share of them, however many there are. */
  session_bytes: 67_108_864,
  /** Bytes of a CONNECT: what somebody may send before it is known who that is. A client id, a will and a password have 64 KiB each. */
  connect_bytes: 393_216,
  /** The same of all that are not let in yet, together; a few KiB of each are read in any case. */
  stranger_bytes: 33_554_432,
  /** Seconds of keep alive an MQTT 5 client gets at most, so that a dead one is known for dead in 90. */
  keep_alive_s: 60,
  /** Characters of all filters that a session subscribes to. */
  filter_characters: 1_048_576,
  /** SUBACKs and UNSUBACKs of a session that wait for a disk which takes no writes. */
  owed_answers: 1_024,
  /** The most that `inflight` of a config may be: so many of each session are looked at at a start. */
  inflight: 1_024,
  /** Bytes of QoS 1 and 2 messages that the broker has unacknowledged by a client; one of any size goes alone. */
  inflight_bytes: 4_194_304,
  /** Bytes of a client that are read while its messages wait to be acknowledged, for the sake of its pings. */
  behind_bytes: 262_144,
  /** Topic aliases of a client, and of ours to it. */
  topic_aliases: 10,
  /** Bytes written to a client and not yet taken by the operating system, above which live QoS 0 messages are dropped. */
  slow_bytes: 1_048_576,
  /** The same, above which the connection is destroyed: a client that asks and never reads. */
  stalled_bytes: 16_777_216,
  /** Publishes out of publishes out of handlers within the process, before it is taken for a loop. */
  publish_depth: 16,
} as const;
