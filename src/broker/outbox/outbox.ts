import type { Message } from '#topics';

/** A message that an upstream still has to confirm. */
export interface OutboxEntry {
  /** Grows with every message, over restarts too; never used twice. */
  readonly sequence: number;
  /** With the message expiry that remains. */
  readonly message: Message;
  /** Wall clock, milliseconds since 1970. */
  readonly written_at: number;
  /** What it takes of the outbox's bound. */
  readonly bytes: number;
}

/**
 * Why the outbox gave a message up: it was full, the message was too old by config or expired by its publisher, the disk
 * took no more (QoS 0 only: others are told), there were too many dead letters, or the bridge left the config.
 */
export type DropReason = 'max_bytes' | 'max_age' | 'expired' | 'not_stored' | 'dead_letters' | 'bridge_removed';

export interface OutboxStatus {
  /** Messages. */
  readonly depth: number;
  readonly bytes: number;
  /** Milliseconds that the node has run since the oldest was written; undefined: empty. */
  readonly oldest_age_ms: number | undefined;
  /** Messages each lane still owes. */
  readonly lanes: Readonly<Record<string, number>>;
  /** Messages since the start. */
  readonly drops: Readonly<Record<DropReason, number>>;
}

/**
 * One log for many upstreams. Each has a lane: the messages that it wants and has not confirmed, in the order they were
 * published. A message leaves the disk when no lane wants it.
 */
export interface Outbox {
  /** The newest number given out. */
  readonly lastSequence: number;
  /** Every lane on disk, configured or not. */
  readonly lanes: readonly string[];
  /** A new lane wants what comes from now on; a known one goes on where it was. Rejects with BRIDGE_TOO_MANY. */
  openLane(lane: string): Promise<void>;
  /** Forgets a lane; settles with how many messages it still owed. */
  closeLane(lane: string): Promise<number>;
  /**
   * Settles once the message is on disk. `written_at` is the wall clock of its publish, now by default. The order of the calls is the order of every lane. Rejects with STORE_BUSY,
   * STORE_DISK_FULL, STORE_IO, STORE_STOPPED: then it was not kept.
   */
  append(message: Message, lanes: readonly string[], written_at?: number): Promise<void>;
  /** The oldest messages of a lane after that number, at most `limit` and about 1 MiB; only what is on disk. */
  peek(lane: string, after: number, limit: number): Promise<readonly OutboxEntry[]>;
  /**
   * What the lane owes becomes history, for good: `peekStates` and `peekHistory` give that, and what is published from
   * now on comes after the number that this settles with. A lane that owes nothing stays as it is.
   */
  divide(lane: string): Promise<number>;
  /** As `peek`, of what `divide` found: the newest retained message of each topic. */
  peekStates(lane: string, after: number, limit: number): Promise<readonly OutboxEntry[]>;
  /** As `peek`, of what `divide` found: all the rest. */
  peekHistory(lane: string, after: number, limit: number): Promise<readonly OutboxEntry[]>;
  /** The upstream has them. Settles once that is on disk: then they never come again. Unknown numbers are ignored. */
  confirm(lane: string, sequences: readonly number[]): Promise<void>;
  /** The upstream will never take this one: it leaves the lane and becomes a dead letter. */
  refuse(lane: string, sequence: number, reason: string): Promise<void>;
  /** Calls back after messages for the lane came on disk. Returns what ends that. */
  onAppended(lane: string, listener: () => void): () => void;
  status(): OutboxStatus;
}
