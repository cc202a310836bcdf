import { MESSAGE_CLASSES, type MessageClass } from '#topics';
import type { OutboxBounds, WhenFull } from '../options.ts';
import type { DropReason } from './outbox.ts';

/** What a class, or the whole, takes. */
export interface Use {
  readonly messages: number;
  readonly bytes: number;
}

export type UseOfClasses = Readonly<Record<MessageClass, Use>>;

/** What is to go: at least that much of a class. */
export interface Excess extends Use {
  readonly class: MessageClass;
  readonly reason: Extract<DropReason, 'max_bytes' | 'max_messages'>;
}

/** A class that is not given another way. An event that is gone is gone, a state has a newer one, telemetry is many. */
const WHEN_FULL: Readonly<Record<MessageClass, WhenFull>> = {
  event: 'refuse',
  command: 'refuse',
  state: 'compact',
  telemetry: 'drop_oldest',
};

/** The most urgent is the last to give way. */
const GIVING_WAY = MESSAGE_CLASSES.toReversed();

/** What may be in the outbox, and which class gives way when there is more. */
export class Bounds {
  readonly #options: OutboxBounds;

  constructor(options: OutboxBounds) {
    this.#options = options;
  }

  whenFull(of: MessageClass): WhenFull {
    return this.#options.classes?.[of]?.when_full ?? WHEN_FULL[of];
  }

  /** How long a message of the class waits at most, in milliseconds of the run clock. */
  maxAge(of: MessageClass): number {
    return Math.min(this.#options.max_age, this.#options.classes?.[of]?.max_age ?? Number.POSITIVE_INFINITY);
  }

  /** Whether one more message of that size has no room: its class refuses, and nothing that is there gives way to it. */
  refuses(of: MessageClass, bytes: number, use: UseOfClasses): boolean {
    if (this.whenFull(of) !== 'refuse') return false;
    const more = (taken: Use): Use => ({ messages: taken.messages + 1, bytes: taken.bytes + bytes });
    if (this.#over(this.#options.classes?.[of], more(use[of])) !== undefined) return true;
    if (this.#over(this.#options, more(whole(use))) === undefined) return false;
    return !GIVING_WAY.some((each) => this.whenFull(each) !== 'refuse' && use[each].messages > 0);
  }

  /** What has to go now; undefined: nothing. A class that refuses never gives anything up. */
  excess(use: UseOfClasses): Excess | undefined {
    const yielding = GIVING_WAY.filter((each) => this.whenFull(each) !== 'refuse' && use[each].messages > 0);
    for (const each of yielding) {
      const over = this.#over(this.#options.classes?.[each], use[each]);
      if (over !== undefined) return { class: each, ...over };
    }
    const over = this.#over(this.#options, whole(use));
    const [first] = yielding;
    return over === undefined || first === undefined ? undefined : { class: first, ...over };
  }

  #over(
    bound: { readonly max_bytes?: number; readonly max_messages?: number } | undefined,
    { messages, bytes }: Use,
  ): Omit<Excess, 'class'> | undefined {
    const over = {
      bytes: Math.max(0, bytes - (bound?.max_bytes ?? Number.POSITIVE_INFINITY)),
      messages: Math.max(0, messages - (bound?.max_messages ?? Number.POSITIVE_INFINITY)),
    };
    if (over.bytes === 0 && over.messages === 0) return undefined;
    return { ...over, reason: over.bytes > 0 ? 'max_bytes' : 'max_messages' };
  }
}

export function whole(use: UseOfClasses): Use {
  let [messages, bytes] = [0, 0];
  for (const each of MESSAGE_CLASSES) {
    messages += use[each].messages;
    bytes += use[each].bytes;
  }
  return { messages, bytes };
}
