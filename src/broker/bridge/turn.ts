import type { OutboxEntry } from '../outbox/outbox.ts';
import type { Feed } from './feed.ts';

/** A part of a lane, as far as the choice looks at it. */
export type Part = Pick<Feed, 'head' | 'dry'>;

/** The lane of one bridge, as one link sees it. Of a list the first part is the most urgent class. */
export interface Parts<P extends Part = Feed> {
  /** The newest retained message of each topic, from before the link. */
  readonly states: P;
  /** What is published while the link is up. */
  readonly live: readonly P[];
  /** All the rest from before the link. */
  readonly history: readonly P[];
}

/** A message may go, or the next one may after a pause. */
export type Turn<P extends Part = Feed> =
  | { readonly part: P; readonly entry: OutboxEntry }
  | { readonly pause_ms: number };

/**
 * What a lane does next: first how things are, then what happens, then what happened, and of these the most urgent class
 * first. Undefined: nothing, until something is published, read or answered. `history_ms` is how long the history's rate keeps
 * it back, read from the clock once: a choice that looked at it twice could see a pause at first and none then, and would wait
 * without a timer.
 */
export function turn<P extends Part>(
  { states, live, history }: Parts<P>,
  hasRoomFor: (entry: OutboxEntry) => boolean,
  history_ms: number,
): Turn<P> | undefined {
  const urgent = isLeft(states) ? states : live.find(({ head }) => head !== undefined);
  // Nobody waits for the history: what is more urgent and not yet read goes first all the same.
  const part = urgent ?? history.find(isLeft);
  const entry = part?.head;
  if (part === undefined || entry === undefined || !hasRoomFor(entry)) return undefined;
  return urgent === undefined && history_ms > 0 ? { pause_ms: history_ms } : { part, entry };
}

/** Nothing is left of it, and nothing is to be read. */
export function isEmpty<P extends Part>({ states, live, history }: Parts<P>): boolean {
  return [states, ...live, ...history].every((part) => !isLeft(part));
}

const isLeft = ({ head, dry }: Part): boolean => head !== undefined || !dry;
