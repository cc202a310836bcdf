import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OutboxBounds } from '../../../src/broker/options.ts';
import type { Outbox } from '../../../src/broker/outbox/outbox.ts';
import { until } from '../../rigs/until.ts';
import { type OutboxBench, text, WIDE } from './outbox-contract.ts';

/** What every outbox promises of lanes that come and go while there is much in it. */
export function outboxLaneContract(name: string, make: (bounds: OutboxBounds) => Promise<OutboxBench>): void {
  describe(`${name} as an outbox with lanes`, () => {
    let bench: OutboxBench;
    let outbox: Outbox;
    const payloads = async (from: Outbox, lane: string): Promise<string[]> =>
      (await from.peek(lane, 0, 1000)).map(({ message }) => message.payload.toString());

    beforeEach(async () => {
      bench = await make(WIDE);
      outbox = bench.outbox;
      await outbox.openLane('cloud');
    });
    afterEach(() => bench.close());

    describe('a lane that begins with the oldest', () => {
      const wants = (topic: string) => topic.startsWith('a');

      test('has what other lanes are still owed, as far as it wants it, and what comes', async () => {
        for (const topic of ['a', 'b', 'a/b']) await outbox.append(text(topic, topic), ['cloud']);
        const opened = outbox.openLane('backup', wants);
        const meanwhile = outbox.append(text('a', 'meanwhile'), ['cloud', 'backup']);
        await Promise.all([opened, meanwhile]);
        await outbox.append(text('a', 'later'), ['cloud', 'backup']);
        expect(await payloads(outbox, 'backup')).toEqual(['a', 'a/b', 'meanwhile', 'later']);
        expect(outbox.status()).toMatchObject({ depth: 5, lanes: { cloud: 5, backup: 4 } });
        await outbox.closeLane('cloud');
        expect(outbox.status()).toMatchObject({ depth: 4, drops: { bridge_removed: 1 } });
        const again = await bench.reopen();
        expect(await payloads(again, 'backup')).toEqual(['a', 'a/b', 'meanwhile', 'later']);
      });

      test('a known one goes on where it was', async () => {
        await outbox.openLane('backup');
        await outbox.append(text('a', 'not for it'), ['cloud']);
        await outbox.openLane('backup', wants);
        expect(await payloads(outbox, 'backup')).toEqual([]);
      });
    });

    test('what each lane owes is known in bytes, and since when', async () => {
      await outbox.openLane('backup');
      expect(await outbox.owed('backup')).toEqual({ bytes: 0, oldest_age_ms: undefined });
      await outbox.append(text('t', 'first'), ['cloud']);
      await until('it to be older', async () => ((await outbox.owed('cloud')).oldest_age_ms ?? 0) >= 50);
      await outbox.append(text('t', 'x'.repeat(1_000)), ['cloud', 'backup']);
      const [cloud, backup] = [await outbox.owed('cloud'), await outbox.owed('backup')];
      expect(cloud.bytes).toBe(outbox.status().bytes);
      expect(backup.bytes).toBeGreaterThan(1_000);
      expect(backup.bytes).toBeLessThan(cloud.bytes);
      expect(backup.oldest_age_ms).toBeLessThan(cloud.oldest_age_ms ?? 0);
      const [first] = await outbox.peek('cloud', 0, 1);
      await outbox.confirm('cloud', [first?.sequence ?? 0]);
      expect((await outbox.owed('cloud')).bytes).toBe(backup.bytes);
      expect(await outbox.owed('unknown')).toEqual({ bytes: 0, oldest_age_ms: undefined });
    });

    test('a long lane is closed bit by bit, and others go on meanwhile', async () => {
      await outbox.openLane('backup');
      const many = Array.from({ length: 5_000 }, (_, i) => outbox.append(text('t', `${i}`), ['backup']));
      await Promise.all([...many, outbox.append(text('t', 'both'), ['cloud', 'backup'])]);
      const closing = outbox.closeLane('backup');
      await outbox.append(text('t', 'meanwhile'), ['cloud']);
      expect(outbox.status().depth).toBeGreaterThan(2);
      expect(await closing).toBe(5_001);
      expect(outbox.status()).toMatchObject({ depth: 2, lanes: { cloud: 2 }, drops: { bridge_removed: 5_000 } });
      expect(await payloads(outbox, 'cloud')).toEqual(['both', 'meanwhile']);
    });

    test('a lane is closed however much is published for others meanwhile', async () => {
      await outbox.openLane('backup');
      await outbox.append(text('t', 'mine'), ['backup']);
      const over = new AbortController();
      const closing = outbox.closeLane('backup').finally(() => over.abort());
      for (let i = 0; !over.signal.aborted && i < 1_000; i++) await outbox.append(text('t', `${i}`), ['cloud']);
      expect(over.signal.aborted).toBe(true);
      expect(await closing).toBe(1);
    });

    test('a lane that wants few of many has those, in their order, a page at a time and over a restart', async () => {
      await outbox.openLane('backup');
      const appended = Array.from({ length: 2_000 }, (_, i) =>
        outbox.append(text('t', `${i}`), i % 300 === 7 ? ['cloud', 'backup'] : ['cloud']),
      );
      await Promise.all(appended);
      const few = ['7', '307', '607', '907', '1207', '1507', '1807'];
      expect(await payloads(outbox, 'backup')).toEqual(few);
      const page = await outbox.peek('backup', 0, 3);
      expect(page.map(({ message }) => message.payload.toString())).toEqual(few.slice(0, 3));
      await outbox.confirm(
        'backup',
        page.map(({ sequence }) => sequence),
      );
      const again = await bench.reopen();
      expect(await payloads(again, 'backup')).toEqual(few.slice(3));
      expect(again.status().lanes).toEqual({ cloud: 2_000, backup: 4 });
      await again.confirm(
        'cloud',
        (await again.peek('cloud', 0, 2_000)).map(({ sequence }) => sequence),
      );
      expect(await payloads(again, 'backup')).toEqual(few.slice(3));
      expect(again.status()).toMatchObject({ depth: 4, lanes: { cloud: 0, backup: 4 } });
    });

    test('says whether somebody serves a lane', () => {
      expect(outbox.isServed('cloud')).toBe(false);
      const end = outbox.onAppended('cloud', () => {});
      expect(outbox.isServed('cloud')).toBe(true);
      end();
      expect(outbox.isServed('cloud')).toBe(false);
    });
  });
}
