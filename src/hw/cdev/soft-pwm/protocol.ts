import type { Wave } from './wave.ts';

/** What the thread is given to start with. */
export interface PwmThreadData {
  /** Changes with every order, so that the thread, which waits on it, takes the order at once. */
  readonly bell: Int32Array;
}

/** Each is answered when it is done. `fd` is a line of the character device, held as an output. */
export type PwmOrder =
  | { readonly kind: 'drive'; readonly order: number; readonly fd: number; readonly wave: Wave }
  /** Drives the line no more; then its descriptor may be closed. */
  | { readonly kind: 'drop'; readonly order: number; readonly fd: number }
  /** Answers with the duty that it is driven with. */
  | { readonly kind: 'duty'; readonly order: number; readonly fd: number }
  | { readonly kind: 'end' };

export type PwmAnswer =
  | { readonly kind: 'done'; readonly order: number; readonly duty: number }
  /** The line does not take a level any more, by the name of the errno. */
  | { readonly kind: 'failed'; readonly order: number; readonly errno: string };
