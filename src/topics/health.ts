import type { MessageClass } from './message-class.ts';
import { encodeJson } from './payload/json.ts';

/**
 * What a node says on its `health` topic, retained. What the machine or the configuration does not have is missing, never
 * a zero that was not measured. Units are in the names.
 */
export interface Health {
  readonly uptime_s: number;
  readonly event_loop: { readonly delay_p50_ms: number; readonly delay_p99_ms: number };
  readonly memory: { readonly rss_bytes: number; readonly heap_used_bytes: number; readonly gc_time_ms: number };
  /** From a command's arrival to its state, since the last document. Missing when there was none. */
  readonly command_latency?: LatencyHealth;
  readonly broker: BrokerHealth;
  readonly store: StoreHealth;
  readonly outbox?: OutboxHealth;
  readonly bridges: readonly BridgeHealth[];
  readonly machine: MachineHealth;
}

export interface LatencyHealth {
  readonly count: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly max_ms: number;
}

export interface BrokerHealth {
  readonly clients: number;
  readonly sessions: number;
  readonly messages_in_per_s: number;
  readonly messages_out_per_s: number;
  readonly retained: number;
  /** Days until the first of the certificates ends; absent without TLS. */
  readonly certificate_days?: number;
  /** Messages not delivered, by reason, since the start. */
  readonly dropped: Readonly<Record<string, number>>;
}

export interface StoreHealth {
  /** disk_full: what needs new room is refused. failing: the last commit was not kept. */
  readonly state: 'ok' | 'disk_full' | 'failing';
  readonly last_error?: string;
  /** What it was given to keep since the start. */
  readonly kept_bytes: number;
  /** What the process sent to the disk since the start. */
  readonly written_bytes?: number;
  /** The second for each byte of the first, by the last 24 hours. */
  readonly write_amplification?: number;
  /** By the last 24 hours; missing in the first ten minutes. */
  readonly written_bytes_per_day?: number;
}

export interface OutboxHealth extends OutboxFigures {
  readonly classes: Readonly<Record<MessageClass, ClassHealth>>;
  /** Of each class and reason the last time that messages were given up. */
  readonly losses: readonly LossHealth[];
}

/** Messages that were given up one after the other. */
export interface LossHealth {
  readonly class: MessageClass;
  readonly reason: string;
  readonly messages: number;
  /** When the first and the last of them were published, in ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** No more were for a minute. */
  readonly over: boolean;
}

/** Of one class of messages, or of all. */
interface OutboxFigures {
  readonly depth: number;
  readonly size_bytes: number;
  readonly oldest_age_s?: number;
  /** Messages that were given up, by reason, since the start. */
  readonly dropped: Readonly<Record<string, number>>;
}

export interface ClassHealth extends OutboxFigures {
  /** It is full, and drops nothing for what comes. */
  readonly refuses: boolean;
  /** Messages whose publishers wait for room. */
  readonly withheld: number;
}

export interface BridgeHealth {
  readonly name: string;
  readonly state: string;
  readonly breaker: string;
  readonly depth: number;
  /** Why it is not connected, or what does not work although it is. */
  readonly last_error?: string;
  /** What to do about that. */
  readonly remedy?: string;
  readonly drain_s?: number;
}

export interface MachineHealth {
  readonly cpu_temperature_c?: number;
  readonly load_1m?: number;
  readonly memory_available_bytes?: number;
  readonly disk_free_bytes?: number;
  /** Whether the wall clock was set from the network. */
  readonly clock_synchronised?: boolean;
  /** Now, and at any time since the node started. */
  readonly throttled?: { readonly now: boolean; readonly latched: boolean };
  readonly undervoltage?: { readonly now: boolean; readonly latched: boolean };
}

export const encodeHealth = (health: Health): Buffer => encodeJson(health);
