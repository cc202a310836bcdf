import type { ISubscription } from 'mqtt-packet';
import type { Subject } from './subject.ts';

/** A subscription as the check's version writes it. */
export function subscription(
  { version }: Subject,
  topic: string,
  qos: 0 | 1 | 2,
  options: { readonly nl?: boolean; readonly rap?: boolean; readonly rh?: 0 | 1 | 2 } = {},
): ISubscription {
  return version === 5 ? { topic, qos, nl: false, rap: false, rh: 0, ...options } : { topic, qos };
}
