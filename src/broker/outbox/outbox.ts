import type { Message, MessageClass } from '#topics';

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
 * Why the outbox gave a message up: its class was full by `max_bytes` or `max_messages`, it was too old by config or expired by
 * its publisher, a newer one of its topic took its place (compacted), nobody could be told to wait (refused), its bridge was
 * offline and wants QoS 0 only while it is not, the disk took no more (not_stored; QoS 0 only, others are told), there were too
 * many dead letters, or the bridge left the config.
 */
export type DropReason =
  | 'max_bytes'
  | 'max_messages'
  | 'max_age'
  | 'expired'
  | 'compacted'
  | 'refused'
  | 'offline'
  | 'not_stored'
  | 'dead_letters'
  | 'bridge_removed';

/** Messages since the start. */
export type DropCounts = Readonly<Record<DropReason, number>>;

/** Messages of one class that were given up at once. */
export interface Dropped {
  readonly class: MessageClass;
  readonly messages: number;
  /** Wall clock of the first and the last message lost. */
  readonly first_at: number;
  readonly last_at: number;
}

/** Messages of one class that were given up for one reason, no minute without any between them. */
export interface DropEpisode extends Dropped {
  readonly reason: DropReason;
  /** None was for a minute. */
  readonly over: boolean;
}

/** One class of messages, or all. */
interface Waiting {
  /** Messages. */
  readonly depth: number;
  readonly bytes: number;
  /** Milliseconds that the node has run since the oldest was written; undefined: empty. */
  readonly oldest_age_ms: number | undefined;
  readonly drops: DropCounts;
}

export interface ClassStatus extends Waiting {
  /** There is no room, and nothing gives way to what comes. */
  readonly refuses: boolean;
  /** Messages whose publishers wait for room. */
  readonly withheld: number;
}

export interface OutboxStatus extends Waiting {
  readonly classes: Readonly<Record<MessageClass, ClassStatus>>;
  /** Messages each lane still owes. */
  readonly lanes: Readonly<Record<string, number>>;
  /** The last episode of each class and reason. */
  readonly episodes: readonly DropEpisode[];
}

/** What a lane owes its upstream, messages apart: `OutboxStatus` counts those. */
export interface Owed {
  /** Of the outbox's bound; what other lanes owe as well is counted for each. */
  readonly bytes: number;
  /** Milliseconds that the node has run since the oldest was written; undefined: it owes nothing. */
  readonly oldest_age_ms: number | undefined;
}

export interface AppendOptions {
  /** Wall clock of its publish, milliseconds since 1970; now by default. */
  readonly written_at?: number;
  /** True: its publisher can wait. When its class is full, it is kept and settles as soon as there is room. */
  readonly withhold?: boolean;
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
  /**
   * A known lane goes on where it was. A new one wants what comes from now on; with `wants` also what the log still has for
   * other lanes, as far as that says so of its topic. Rejects with BRIDGE_TOO_MANY.
   */
  openLane(lane: string, wants?: (topic: string) => boolean): Promise<void>;
  /** Forgets a lane that nothing is appended to any more; settles with how many messages it still owed. */
  closeLane(lane: string): Promise<number>;
  /**
   * Settles once the message is on disk. The order of the calls is the order of every lane. Rejects with STORE_BUSY,
   * STORE_DISK_FULL, STORE_IO, STORE_STOPPED: then it was not kept. Throws OUTBOX_FULL at once when its class refuses.
   */
  append(message: Message, lanes: readonly string[], options?: AppendOptions): Promise<void>;
  /** A message that was not kept, and that nobody has any more, is counted. */
  giveUp(topic: string, reason: Extract<DropReason, 'refused' | 'offline' | 'not_stored'>): void;
  /**
   * The oldest messages of a lane after that number, at most `limit` and about 1 MiB; only what is on disk. `of`: of that
   * class alone.
   */
  peek(lane: string, after: number, limit: number, of?: MessageClass): Promise<readonly OutboxEntry[]>;
  /**
   * What the lane owes becomes history, for good: `peekStates` and `peekHistory` give that, and what is published from
   * now on comes after the number that this settles with. A lane that owes nothing stays as it is.
   */
  divide(lane: string): Promise<number>;
  /** As `peek`, of what `divide` found: the newest retained message of each topic. */
  peekStates(lane: string, after: number, limit: number): Promise<readonly OutboxEntry[]>;
  /** As `peek`, of what `divide` found: all the rest. */
  peekHistory(lane: string, after: number, limit: number, of?: MessageClass): Promise<readonly OutboxEntry[]>;
  /** The upstream has them. Settles once that is on disk: then they never come again. Unknown numbers are ignored. */
  confirm(lane: string, sequences: readonly number[]): Promise<void>;
  /** The upstream will never take this one: it leaves the lane and becomes a dead letter. */
  refuse(lane: string, sequence: number, reason: string): Promise<void>;
  /** Calls back after messages for the lane came on disk, with their classes. Returns what ends that. */
  onAppended(lane: string, listener: AppendedListener): () => void;
  /** Whether somebody waits for the lane's messages: its link is up. */
  isServed(lane: string): boolean;
  /** Calls back when a class begins to refuse, or takes messages again. Returns what ends that. */
  onRefusing(listener: () => void): () => void;
  /** Rejects as `peek` does. A lane that there is not owes nothing. */
  owed(lane: string): Promise<Owed>;
  status(): OutboxStatus;
}

export type AppendedListener = (classes: ReadonlySet<MessageClass>) => void;
