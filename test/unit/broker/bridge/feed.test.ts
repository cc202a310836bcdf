import { expect, test } from 'vitest';
import { Feed } from '../../../../src/broker/bridge/feed.ts';
import type { OutboxEntry } from '../../../../src/broker/outbox/outbox.ts';
import { until } from '../../../rigs/until.ts';

const KIBIBYTES = 1024;

/** A lane on disk with so many messages, each of so many bytes, that gives pages of at most that many. */
function lane(messages: number, bytes: number, page: number) {
  let given = 0;
  const feed = new Feed({
    after: 0,
    read: async (after, limit) => {
      const last = Math.min(messages, after + Math.min(limit, page));
      given = Math.max(given, last);
      return Array.from({ length: last - after }, (_, i) => entry(after + 1 + i, bytes));
    },
    onChange: () => {},
    onFailure: (error) => {
      throw error;
    },
  });
  return {
    feed,
    /** In memory, and not yet taken. */
    ahead: () => given - (feed.head?.sequence ?? given + 1) + 1,
  };
}

const entry = (sequence: number, bytes: number): OutboxEntry => ({
  sequence,
  message: { topic: 'lamp', payload: Buffer.alloc(0), qos: 1, retain: false },
  written_at: 0,
  bytes,
});

/** The next one, when it was read; undefined: there are no more. */
async function take(feed: Feed): Promise<number | undefined> {
  await until('a message or the end', () => feed.head !== undefined || feed.dry);
  const sequence = feed.head?.sequence;
  if (sequence !== undefined) feed.shift();
  return sequence;
}

test.each([
  [1_000, 100, 1_000],
  [1_000, 100, 7],
  [40, 900 * KIBIBYTES, 1],
])('%i messages of %i bytes come in their order and once, in pages of %i', async (messages, bytes, page) => {
  const { feed } = lane(messages, bytes, page);
  for (let sequence = 1; sequence <= messages; sequence++) expect(await take(feed)).toBe(sequence);
  expect(await take(feed)).toBeUndefined();
});

test('hundreds are read ahead where they are short, and where they are long no more than the next', async () => {
  const short = lane(10_000, 100, 1_000);
  await until('some ahead', () => short.ahead() >= 300);
  expect(short.ahead()).toBeLessThan(1_000);
  const long = lane(100, 900 * KIBIBYTES, 1);
  for (let sequence = 1; sequence <= 50; sequence++) {
    expect(await take(long.feed)).toBe(sequence);
    expect(long.ahead()).toBeLessThanOrEqual(1);
  }
});

test('what came on disk since is found when that is said', async () => {
  let messages = 1;
  const feed = new Feed({
    after: 0,
    read: async (after) => (after < messages ? [entry(after + 1, 100)] : []),
    onChange: () => {},
    onFailure: () => expect.fail('nothing fails'),
  });
  expect(await take(feed)).toBe(1);
  expect(await take(feed)).toBeUndefined();
  messages = 2;
  expect(feed.head).toBeUndefined();
  feed.refill();
  expect(await take(feed)).toBe(2);
});
