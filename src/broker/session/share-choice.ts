import type { BrokerOptions } from '../options.ts';

/** A member of a share group, as far as the choice goes. */
export interface ShareMember {
  /** It is connected and takes what is written. */
  readonly ready: boolean;
  /** Messages that it was given and has not acknowledged to the end. */
  readonly under_way: number;
}

/**
 * Which of the members gets the next message; undefined when there is none. Those that are ready come first. Of them it is
 * the one whose turn it is, or, with `least_in_flight`, the next of those that have the least to do. `turn` counts the
 * messages of the group.
 */
export function chooseMember<T extends ShareMember>(
  how: BrokerOptions['shared_subscriptions'],
  members: readonly T[],
  turn: number,
): T | undefined {
  const ready = members.filter((member) => member.ready);
  const able = ready.length > 0 ? ready : members;
  if (how === 'round_robin') return able[turn % able.length];
  const least = Math.min(...able.map(({ under_way }) => under_way));
  const idle = able.filter(({ under_way }) => under_way === least);
  return idle[turn % idle.length];
}
