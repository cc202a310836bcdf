import { setTimeout as sleep } from 'node:timers/promises';
import { BrokerError } from '../errors.ts';
import type { Link, Subscription } from '../upstream/link.ts';

export interface SubscribingParts {
  readonly link: Pick<Link, 'subscribe' | 'ended' | 'isOver'>;
  readonly subscriptions: readonly Subscription[];
  /** How long to wait after so many rounds with refusals, in milliseconds. */
  readonly pause_ms: (refusals: number) => number;
  /** After each round: UPSTREAM_SUBSCRIPTION_REFUSED, or undefined once the upstream took them all. */
  readonly onAnswers: (refusal: BrokerError | undefined) => void;
}

/**
 * Asks for each subscription until the upstream takes it: who forbids one may come to allow it while the link stays. Settles
 * when all are taken, or the link is over.
 */
export async function keepSubscribing({ link, subscriptions, pause_ms, onAnswers }: SubscribingParts): Promise<void> {
  const over = new AbortController();
  void link.ended.then(() => over.abort());
  let left = subscriptions;
  for (let refusals = 1; left.length > 0; refusals += 1) {
    // One by one: those that were taken are not asked for again, for it would bring all that is retained once more.
    const answers = await Promise.allSettled(left.map((one) => link.subscribe([one])));
    if (link.isOver) return;
    const faults = answers.flatMap((answer) => (answer.status === 'rejected' ? [messageOf(answer.reason)] : []));
    left = left.filter((_, place) => answers[place]?.status === 'rejected');
    onAnswers(left.length === 0 ? undefined : new BrokerError('UPSTREAM_SUBSCRIPTION_REFUSED', faults.join('; ')));
    if (left.length > 0) await sleep(pause_ms(refusals), undefined, { signal: over.signal }).catch(() => {});
  }
}

const messageOf = (reason: unknown): string => (reason instanceof Error ? reason.message : String(reason));
