import { CLOSED, OPEN } from '#topics';

export type Direction = 'open' | 'close';

/** Milliseconds. */
export interface TravelTimes {
  /** From closed to open. */
  readonly open: number;
  /** From open to closed. */
  readonly close: number;
  /** How long it runs on at an end. */
  readonly overrun: number;
}

/** Where a cover is and what it does. Times are on the monotonic clock. */
export interface Travel {
  /** When it last stopped or started, 0 (closed) to 100 (open); undefined: nobody knows. */
  readonly position: number | undefined;
  readonly moving?: { readonly direction: Direction; readonly since_ms: number };
}

/** A run in one direction. */
export interface Leg {
  readonly direction: Direction;
  readonly run_ms: number;
  /** False: it goes to an end first, because only there its position is known. */
  readonly last: boolean;
}

const END: Readonly<Record<Direction, number>> = { open: OPEN, close: CLOSED };

/** Where it is at `now_ms`. One that nobody knows is known at an end, once it ran for the whole time. */
export function positionAt({ position, moving }: Travel, now_ms: number, times: TravelTimes): number | undefined {
  if (!moving) return position;
  const { direction, since_ms } = moving;
  const way = ((now_ms - since_ms) / times[direction]) * (OPEN - CLOSED);
  if (position === undefined) return way >= OPEN - CLOSED ? END[direction] : undefined;
  const there = direction === 'open' ? position + way : position - way;
  return Math.min(OPEN, Math.max(CLOSED, there));
}

/** The same from now on. */
export const turnedAt = (travel: Travel, now_ms: number, times: TravelTimes, direction?: Direction): Travel => ({
  position: positionAt(travel, now_ms, times),
  ...(direction && { moving: { direction, since_ms: now_ms } }),
});

/**
 * The next run to a target; undefined: it is there. One that shall go to the end that it is at already runs the whole way: whoever asks
 * for it sees that it is not there.
 */
export function legTo(position: number | undefined, target: number, times: TravelTimes): Leg | undefined {
  if (target === OPEN || target === CLOSED) {
    const direction = target === OPEN ? 'open' : 'close';
    const known = position !== undefined && position !== target;
    return { direction, run_ms: wayTime(known ? position : OPEN - target, target, times) + times.overrun, last: true };
  }
  if (position === undefined) {
    const end = target > (OPEN + CLOSED) / 2 ? OPEN : CLOSED;
    const run = legTo(undefined, end, times);
    return run && { ...run, last: false };
  }
  // A percent is what its state tells, and less than relays can be timed to.
  if (Math.abs(target - position) < 1) return undefined;
  const direction = target > position ? 'open' : 'close';
  return { direction, run_ms: wayTime(position, target, times), last: true };
}

function wayTime(from: number, to: number, times: TravelTimes): number {
  return (Math.abs(to - from) / (OPEN - CLOSED)) * times[to > from ? 'open' : 'close'];
}
