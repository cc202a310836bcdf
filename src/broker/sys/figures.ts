/** What the broker tells of itself below `$SYS/broker`. Counts are since the start unless said. */
export interface SysFigures {
  /** Of pinbus. */
  readonly version: string;
  readonly uptime_s: number;
  /** Now. */
  readonly clients_connected: number;
  /** Connected now, or with a session that waits for them. */
  readonly clients_total: number;
  /** The most that were connected at once. */
  readonly clients_maximum: number;
  /** Sessions that waited for their client and ended by their Session Expiry Interval. */
  readonly clients_expired: number;
  readonly subscriptions: number;
  readonly shared_subscriptions: number;
  readonly retained: number;
  /** Messages that wait in sessions for their clients. */
  readonly queued: number;
  readonly queued_bytes: number;
  readonly heap_bytes: number;
  /** The most that was seen. */
  readonly heap_maximum_bytes: number;
  /** Packets of every kind. */
  readonly packets_in: number;
  readonly packets_out: number;
  readonly messages_in: number;
  readonly messages_out: number;
  /** Messages not delivered, for whatever reason. */
  readonly dropped: number;
  readonly payload_bytes_in: number;
  readonly payload_bytes_out: number;
  readonly bytes_in: number;
  readonly bytes_out: number;
  /** Sockets that were opened. */
  readonly sockets: number;
  /** Clients that were let in. */
  readonly admissions: number;
}
