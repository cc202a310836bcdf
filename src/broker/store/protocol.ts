import type { BrokerErrorCode } from '../errors.ts';
import type { Recovery } from './database.ts';
import type { Tables } from './tables.ts';

export type TableName = keyof Tables;
export type MethodName<T extends TableName> = {
  [M in keyof Tables[T]]: Tables[T][M] extends (...args: never) => unknown ? M : never;
}[keyof Tables[T]] &
  string;
export type Arguments<T extends TableName, M extends MethodName<T>> = Tables[T][M] extends (...args: infer A) => unknown
  ? A
  : never;
export type Result<T extends TableName, M extends MethodName<T>> = Tables[T][M] extends (...args: never) => infer R
  ? R
  : never;

/** A call of a table's method. */
export type Call = readonly [table: TableName, method: string, args: readonly unknown[]];

export type ToWorker =
  /** Some of a commit, as a `Parcel` packs it: they are made as they come. */
  | { readonly kind: 'calls'; readonly packed: Uint8Array }
  /** The last of a commit, that has to be on disk now. `run_ms`: the run clock as it was sent. */
  | { readonly kind: 'commit'; readonly packed: Uint8Array; readonly run_ms: number }
  /** Outside the commits, and between two of them. */
  | { readonly kind: 'read'; readonly call: Call }
  | { readonly kind: 'close'; readonly run_ms: number };

export interface Failure {
  readonly code: BrokerErrorCode;
  readonly message: string;
}

export type FromWorker =
  | { readonly kind: 'opened'; readonly recovery: Recovery | undefined; readonly run_ms: number }
  | { readonly kind: 'not_opened'; readonly failure: Failure }
  /** Answers come in the order of the commits; `results` are of the calls that were asked. */
  | { readonly kind: 'committed'; readonly results: readonly unknown[]; readonly wrote: boolean }
  | { readonly kind: 'rolled_back'; readonly failure: Failure }
  /** Answers to reads come in the order of the reads. */
  | { readonly kind: 'answer'; readonly result: unknown }
  | { readonly kind: 'no_answer'; readonly failure: Failure }
  /** Full: what takes room is refused from here on; not full: there is room again. */
  | { readonly kind: 'disk'; readonly full: boolean }
  | { readonly kind: 'closed' };
