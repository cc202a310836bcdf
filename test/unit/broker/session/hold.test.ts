import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NOTHING } from '../../../../src/broker/access/acl.ts';
import { Publication } from '../../../../src/broker/core/publication.ts';
import { Hold } from '../../../../src/broker/session/hold.ts';
import type { Outgoing } from '../../../../src/broker/session/state.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const outgoing = (sequence: number, bytes = 300): Outgoing => ({
  publication: new Publication(
    { topic: 'a', payload: Buffer.alloc(0), qos: 1, retain: false },
    { kind: 'agent', id: '' },
  ),
  qos: 1,
  retain: false,
  identifiers: undefined,
  share: undefined,
  bytes,
  acl: NOTHING,
  packetId: sequence,
  sequence,
  again: false,
  released: false,
  kept: 'waiting',
});

function holding(write: () => Promise<void> = () => Promise.resolve()): { hold: Hold; written: number[] } {
  const written: number[] = [];
  const hold = new Hold((_row, { sequence }) => {
    written.push(sequence);
    return write();
  });
  return { hold, written };
}

test('what is acknowledged in time is settled and never written', async () => {
  const { hold, written } = holding();
  const kept = hold.put(1, outgoing(1));
  expect(hold.take(1)).toBe(true);
  await kept;
  vi.advanceTimersByTime(1_000);
  expect(written).toEqual([]);
});

test('what is not goes to the disk after 20 ms, in order, and is settled when it is there', async () => {
  const { hold, written } = holding();
  const kept = [hold.put(1, outgoing(1)), hold.put(1, outgoing(2)), hold.put(2, outgoing(3))];
  expect(hold.take(2)).toBe(true);
  vi.advanceTimersByTime(19);
  expect(written).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(written).toEqual([1, 3]);
  await Promise.all(kept);
  expect(hold.take(1)).toBe(false);
});

test('so much is held and no more', () => {
  const { hold, written } = holding();
  for (let i = 1; i <= 1_024; i++) void hold.put(1, outgoing(i));
  expect(written).toHaveLength(1_024);
  void hold.put(1, outgoing(2_000, 2_000_000));
  expect(written.at(-1)).toBe(2_000);
});

test('what the disk does not take is refused to who waits, and ends nothing when nobody does', async () => {
  const { hold } = holding(() => Promise.reject(new Error('full')));
  const kept = hold.put(1, outgoing(1));
  void hold.put(1, outgoing(2));
  hold.flush();
  await expect(kept).rejects.toThrow('full');
});
