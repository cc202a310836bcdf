import { afterEach, expect, test, vi } from 'vitest';
import type { Message } from '#topics';
import { VolatileRetained } from '../../../../src/broker/retained/volatile.ts';
import { allRetained } from '../../../rigs/all-retained.ts';
import { RetainedInMemory } from '../../../rigs/embedded-broker.ts';

const ORIGIN = { kind: 'client', id: 'c' } as const;
const message = (topic: string, payload: string, more: Partial<Message> = {}): Message => ({
  topic,
  payload: Buffer.from(payload),
  qos: 0,
  retain: true,
  ...more,
});

const stored = new RetainedInMemory();
const retained = new VolatileRetained(stored, (topic) => topic.startsWith('volatile/'));
const found = async (filter: string) =>
  (await allRetained(retained, filter)).map(({ topic, payload }) => `${topic} ${payload.toString()}`);
afterEach(() => vi.useRealTimers());

test('what is volatile stays in memory, all else goes to the store, and both are found', async () => {
  void retained.set(message('volatile/a', '1'), ORIGIN);
  void retained.set(message('kept/a', '2'), ORIGIN);
  expect(await found('#')).toEqual(['kept/a 2', 'volatile/a 1']);
  expect([stored.count, retained.count]).toEqual([1, 2]);
  void retained.set(message('volatile/a', ''), ORIGIN);
  expect(await found('#')).toEqual(['kept/a 2']);
});

test('an expiry counts down, and ends it', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  void retained.set(message('volatile/a', '1', { properties: { messageExpiryInterval: 10 } }), ORIGIN);
  vi.advanceTimersByTime(4_000);
  expect((await allRetained(retained, 'volatile/a')).map(({ properties }) => properties)).toEqual([
    { messageExpiryInterval: 6 },
  ]);
  vi.advanceTimersByTime(6_000);
  expect(await found('volatile/a')).toEqual([]);
});

test('is bounded in topics and in the size of each, and what is there already is still renewed', async () => {
  for (let i = 0; i < 16_384; i++) void retained.set(message(`volatile/${i}`, 'x'), ORIGIN);
  expect(retained.set(message('volatile/more', 'x'), ORIGIN)).toBeUndefined();
  expect(await found('volatile/more')).toEqual([]);
  await expect(retained.set(message('volatile/more', 'x', { qos: 1 }), ORIGIN)).rejects.toMatchObject({
    code: 'RETAINED_FULL',
  });
  expect(retained.set(message('volatile/1', 'y', { qos: 1 }), ORIGIN)).toBeUndefined();
  expect(await found('volatile/1')).toEqual(['volatile/1 y']);
  await expect(retained.set(message('volatile/1', 'y'.repeat(4_097), { qos: 1 }), ORIGIN)).rejects.toThrow();
});
