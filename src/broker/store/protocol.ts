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

/** A call of a table's method, as it travels to the worker. */
export type Call = readonly [table: TableName, method: string, args: readonly unknown[]];

/** Calls that share one transaction and one fsync. */
export interface Batch {
  readonly kind: 'batch';
  readonly calls: readonly Call[];
  /** The run clock as the batch was sent. */
  readonly run_ms: number;
}

export type ToWorker =
  | Batch
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
  /** Answers to batches come in the order of the batches. */
  | { readonly kind: 'committed'; readonly results: readonly unknown[]; readonly wrote: boolean }
  | { readonly kind: 'rolled_back'; readonly failure: Failure }
  /** Answers to reads come in the order of the reads. */
  | { readonly kind: 'answer'; readonly result: unknown }
  | { readonly kind: 'no_answer'; readonly failure: Failure }
  /** Full: what takes room is refused from here on; not full: there is room again. */
  | { readonly kind: 'disk'; readonly full: boolean }
  | { readonly kind: 'closed' };
