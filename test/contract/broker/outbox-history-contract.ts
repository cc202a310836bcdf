import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OutboxBounds } from '../../../src/broker/options.ts';
import type { Outbox } from '../../../src/broker/outbox/outbox.ts';
import { type OutboxBench, text, WIDE } from './outbox-contract.ts';

/** What every outbox promises of a lane that is divided into what is and what was. */
export function outboxHistoryContract(name: string, make: (bounds: OutboxBounds) => Promise<OutboxBench>): void {
  describe(`${name} as an outbox with history`, () => {
    let bench: OutboxBench;
    let outbox: Outbox;
    const payloads = async (from: Outbox, lane: string, after = 0): Promise<string[]> =>
      (await from.peek(lane, after, 1000)).map(({ message }) => message.payload.toString());

    beforeEach(async () => {
      bench = await make(WIDE);
      outbox = bench.outbox;
      await outbox.openLane('cloud');
    });
    afterEach(() => bench.close());

    const state = (topic: string, payload: string) => outbox.append(text(topic, payload, { retain: true }), ['cloud']);
    const parts = async (from: Outbox = outbox) => ({
      states: (await from.peekStates('cloud', 0, 1000)).map(({ message }) => message.payload.toString()),
      history: (await from.peekHistory('cloud', 0, 1000)).map(({ message }) => message.payload.toString()),
    });
    const numberOf = async (payload: string): Promise<number> =>
      (await outbox.peek('cloud', 0, 1000)).find(({ message }) => message.payload.toString() === payload)?.sequence ??
      0;

    test('the newest retained message of each topic is apart from the rest, and from what comes later', async () => {
      for (const payload of ['a1', 'a2']) await state('a', payload);
      await state('b', 'b1');
      await outbox.append(text('a', 'a3'), ['cloud']);
      const until = await outbox.divide('cloud');
      await state('a', 'a4');
      expect(await parts()).toEqual({ states: ['a2', 'b1'], history: ['a1', 'a3'] });
      expect(await payloads(outbox, 'cloud', until)).toEqual(['a4']);
    });

    test('a retained message that a confirmed one passed is history for ever', async () => {
      for (const payload of ['a1', 'a2', 'a3']) await state('a', payload);
      await outbox.divide('cloud');
      await outbox.confirm('cloud', [await numberOf('a3')]);
      expect(await parts()).toEqual({ states: [], history: ['a1', 'a2'] });
      await outbox.divide('cloud');
      expect(await parts(await bench.reopen())).toEqual({ states: [], history: ['a1', 'a2'] });
    });

    test('and so is one that a live message passed, or one that was answered out of turn', async () => {
      await state('a', 'a1');
      await outbox.divide('cloud');
      await state('a', 'a2');
      await state('a', 'a3');
      await outbox.confirm('cloud', [await numberOf('a3')]);
      await outbox.divide('cloud');
      expect(await parts()).toEqual({ states: [], history: ['a1', 'a2'] });
      await state('a', 'a4');
      await outbox.divide('cloud');
      expect(await parts(await bench.reopen())).toEqual({ states: ['a4'], history: ['a1', 'a2'] });
    });

    test('a state that was not confirmed is owed still, until there is a newer one', async () => {
      await state('a', 'a1');
      await outbox.divide('cloud');
      expect(await parts(await bench.reopen())).toEqual({ states: ['a1'], history: [] });
      outbox = bench.outbox;
      await outbox.divide('cloud');
      expect(await parts()).toEqual({ states: ['a1'], history: [] });
      await state('a', 'a2');
      await outbox.divide('cloud');
      expect(await parts()).toEqual({ states: ['a2'], history: ['a1'] });
    });

    test('each lane for itself', async () => {
      await outbox.openLane('backup');
      await outbox.append(text('a', 'a1', { retain: true }), ['cloud', 'backup']);
      await outbox.append(text('a', 'a2', { retain: true }), ['cloud']);
      await outbox.divide('cloud');
      await outbox.divide('backup');
      expect(await parts()).toEqual({ states: ['a2'], history: ['a1'] });
      const backup = await outbox.peekStates('backup', 0, 10);
      expect(backup.map(({ message }) => message.payload.toString())).toEqual(['a1']);
      await outbox.confirm('backup', [backup[0]?.sequence ?? 0]);
      expect(await outbox.peekStates('backup', 0, 10)).toEqual([]);
      expect(await parts()).toEqual({ states: ['a2'], history: ['a1'] });
    });

    test('a lane that owes nothing has no history', async () => {
      await state('a', 'a1');
      await outbox.confirm('cloud', [outbox.lastSequence]);
      const until = await outbox.divide('cloud');
      await state('a', 'a2');
      expect(await payloads(outbox, 'cloud', until)).toEqual(['a2']);
      expect(await parts()).toEqual({ states: [], history: [] });
    });
  });
}
