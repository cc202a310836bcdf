import type { ProblemCode } from './problem.ts';

/** A path into the config, as zod gives it: keys and list indexes. */
export type Path = readonly PropertyKey[];

/** Something wrong with the config's values, before it is known where in the file they are. */
export interface Finding {
  readonly code: ProblemCode;
  readonly path: Path;
  /** What to point at: the value, its key, or the mapping that lacks a key. */
  readonly on: 'value' | 'key' | 'mapping';
  readonly message: string;
  /** The key that `mapping` lacks. */
  readonly missing?: string;
  readonly allowed?: string;
  readonly suggestion?: string;
  readonly related?: readonly { readonly path: Path; readonly message: string }[];
}
