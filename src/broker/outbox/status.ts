import type { MessageClass } from '#topics';
import type { Accounts } from './accounts.ts';
import type { Drops } from './drops.ts';
import type { ClassStatus, OutboxStatus } from './outbox.ts';
import type { Oldest } from './removal.ts';
import type { Room } from './room.ts';

/** What an outbox's status is made of. */
export interface StatusParts {
  readonly accounts: Accounts;
  readonly room: Room;
  readonly drops: Drops;
  /** Milliseconds since that message was written. */
  readonly age: (oldest: Oldest | undefined) => number | undefined;
}

export function statusOf({ accounts, room, drops, age }: StatusParts): OutboxStatus {
  const classOf = (each: MessageClass): ClassStatus => {
    const account = accounts.of(each);
    return {
      depth: account.messages,
      bytes: account.bytes,
      oldest_age_ms: age(account.oldest),
      refuses: room.isFull(each, 1),
      withheld: room.waiting(each),
      drops: drops.of(each),
    };
  };
  const { messages, bytes } = accounts.whole;
  return {
    depth: messages,
    bytes,
    oldest_age_ms: age(accounts.oldest),
    classes: {
      event: classOf('event'),
      command: classOf('command'),
      state: classOf('state'),
      telemetry: classOf('telemetry'),
    },
    lanes: Object.fromEntries([...accounts.lanes].map(([name, { depth }]) => [name, depth])),
    drops: drops.counts,
    episodes: drops.episodes,
  };
}
