import type { TopicsErrorCode } from '../errors.ts';

/** A payload that was understood, or why it was not: what was found and what is allowed, ready for the `rejected` topic. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: TopicsErrorCode; readonly message: string };

export const decoded = <T>(value: T): Decoded<T> => ({ ok: true, value });

export const refused = (code: TopicsErrorCode, message: string): Decoded<never> => ({ ok: false, code, message });
