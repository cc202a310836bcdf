/** A session, as it was when the node ended. */
export interface SessionRow {
  readonly id: number;
  readonly client_id: string;
  readonly user: string | null;
  readonly expiry_s: number;
  /** Run clock when its connection was lost; null: it had one. */
  readonly lost_run_ms: number | null;
  /** The newest sequence that was sent until then; null: any may have been. */
  readonly sent: number | null;
}

export interface SubscriptionRow {
  readonly session: number;
  readonly filter: string;
  readonly qos: number;
  readonly no_local: number;
  readonly retain_as_published: number;
  readonly identifier: number | null;
}

export interface WillRow {
  readonly session: number;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly properties: string | null;
  /** Message expiry in seconds from its publish. */
  readonly expiry_s: number | null;
  readonly qos: number;
  readonly retain: number;
  readonly delay_s: number;
}

/** A message on its way to a client. */
export interface QueuedRow {
  /** The order of all, over restarts; never used twice within a session. */
  readonly sequence: number;
  readonly session: number;
  readonly packet_id: number;
  /** 1: PUBREC came, PUBCOMP did not. */
  readonly released: number;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly properties: string | null;
  readonly published_qos: number;
  readonly qos: number;
  readonly retain: number;
  /** JSON list of subscription identifiers. */
  readonly identifiers: string | null;
  /** The shared subscription that it came by. */
  readonly share: string | null;
  readonly expires_run_ms: number | null;
  readonly bytes: number;
}

/** What one session has in the queue. */
export interface StoredBacklog {
  readonly session: number;
  readonly rows: number;
  readonly bytes: number;
  readonly newest: number;
}

export interface LoadedSessions {
  readonly sessions: readonly SessionRow[];
  readonly subscriptions: readonly SubscriptionRow[];
  readonly wills: readonly WillRow[];
  readonly incoming: readonly { readonly session: number; readonly packet_id: number }[];
  readonly backlogs: readonly (StoredBacklog & {
    /** Those that may be in flight. */
    readonly oldest: readonly { readonly sequence: number; readonly packet_id: number }[];
    /** The one given last. */
    readonly last_packet_id: number;
  })[];
}

/** What left a queue. */
export interface Trimmed {
  readonly rows: number;
  readonly bytes: number;
}
