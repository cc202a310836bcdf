import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OutboxBounds } from '../../../src/broker/options.ts';
import type { Outbox } from '../../../src/broker/outbox/outbox.ts';
import { bytes, type Message, milliseconds } from '../../../src/topics/index.ts';
import { until } from '../../rigs/until.ts';

/** An outbox under test; `reopen` is a restart: what was on disk is all it has. */
export interface OutboxBench {
  readonly outbox: Outbox;
  reopen(bounds?: OutboxBounds): Promise<Outbox>;
  close(): Promise<void>;
}

export const WIDE: OutboxBounds = { max_bytes: bytes(256 * 1024 * 1024), max_age: milliseconds(7 * 86_400_000) };

export const text = (topic: string, payload: string, more: Partial<Message> = {}): Message => ({
  topic,
  payload: Buffer.from(payload),
  qos: 1,
  retain: false,
  ...more,
});

/** What every outbox promises. */
export function outboxContract(name: string, make: (bounds: OutboxBounds) => Promise<OutboxBench>): void {
  describe(`${name} as an outbox`, () => {
    let bench: OutboxBench;
    let outbox: Outbox;
    const open = async (bounds: OutboxBounds = WIDE): Promise<void> => {
      bench = await make(bounds);
      outbox = bench.outbox;
      await outbox.openLane('cloud');
    };
    const payloads = async (from: Outbox, lane: string, after = 0): Promise<string[]> =>
      (await from.peek(lane, after, 1000)).map(({ message }) => message.payload.toString());

    beforeEach(() => open());
    afterEach(() => bench.close());

    test('gives messages back in the order they were published, with growing numbers', async () => {
      await Promise.all(['a', 'b', 'c'].map((payload) => outbox.append(text('t', payload), ['cloud'])));
      const entries = await outbox.peek('cloud', 0, 10);
      expect(entries.map(({ message }) => message.payload.toString())).toEqual(['a', 'b', 'c']);
      const numbers = entries.map(({ sequence }) => sequence);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      expect(new Set(numbers).size).toBe(3);
      expect(outbox.lastSequence).toBe(numbers[2]);
    });

    test('keeps the whole message', async () => {
      const message = text('pinbus/v1/porch/käse/state', '\u0000binary', {
        qos: 2,
        retain: true,
        properties: {
          payloadFormatIndicator: true,
          contentType: 'text/plain',
          responseTopic: 'answers',
          correlationData: Buffer.from([0, 255, 128]),
          userProperties: [
            ['b', '1'],
            ['a', '2'],
            ['b', '3'],
          ],
        },
      });
      await outbox.append(message, ['cloud']);
      expect((await outbox.peek('cloud', 0, 1))[0]?.message).toEqual(message);
    });

    test('does not keep the memory of a socket for a small payload', async () => {
      const socket = Buffer.from('xxhellox');
      const kept = outbox.append({ ...text('t', ''), payload: socket.subarray(2, 7) }, ['cloud']);
      socket.fill('y');
      await kept;
      expect(await payloads(outbox, 'cloud')).toEqual(['hello']);
    });

    test('peeks after a number and at most as many as asked for', async () => {
      for (const payload of ['a', 'b', 'c', 'd']) await outbox.append(text('t', payload), ['cloud']);
      const [first] = await outbox.peek('cloud', 0, 1);
      expect(await payloads(outbox, 'cloud', first?.sequence)).toEqual(['b', 'c', 'd']);
      expect(await outbox.peek('cloud', first?.sequence ?? 0, 2)).toHaveLength(2);
    });

    test('a confirmed message never comes again, after a restart either', async () => {
      for (const payload of ['a', 'b', 'c']) await outbox.append(text('t', payload), ['cloud']);
      const [, second] = await outbox.peek('cloud', 0, 10);
      await outbox.confirm('cloud', [second?.sequence ?? 0]);
      expect(await payloads(outbox, 'cloud')).toEqual(['a', 'c']);
      expect(await payloads(await bench.reopen(), 'cloud')).toEqual(['a', 'c']);
    });

    test('what was appended is there after a restart, and numbers go on', async () => {
      await outbox.append(text('t', 'a'), ['cloud']);
      const before = outbox.lastSequence;
      await outbox.confirm('cloud', [before]);
      const again = await bench.reopen();
      await again.append(text('t', 'b'), ['cloud']);
      expect(again.lastSequence).toBeGreaterThan(before);
      expect(await payloads(again, 'cloud')).toEqual(['b']);
      expect(again.status()).toMatchObject({ depth: 1, lanes: { cloud: 1 } });
    });

    test('every lane has its own messages and its own place', async () => {
      await outbox.openLane('backup');
      await outbox.append(text('t', 'both'), ['cloud', 'backup']);
      await outbox.append(text('t', 'cloud'), ['cloud']);
      await outbox.append(text('t', 'backup'), ['backup']);
      const both = await outbox.peek('cloud', 0, 1);
      await outbox.confirm('cloud', [both[0]?.sequence ?? 0]);
      expect(await payloads(outbox, 'cloud')).toEqual(['cloud']);
      expect(await payloads(outbox, 'backup')).toEqual(['both', 'backup']);
      expect(outbox.status()).toMatchObject({ depth: 3, lanes: { cloud: 1, backup: 2 } });
      await outbox.confirm('backup', [both[0]?.sequence ?? 0]);
      expect(outbox.status()).toMatchObject({ depth: 2, lanes: { cloud: 1, backup: 1 } });
      expect(await payloads(await bench.reopen(), 'backup')).toEqual(['backup']);
    });

    test('more lanes than 32 are told apart', async () => {
      const lanes = Array.from({ length: 49 }, (_, i) => `lane${i}`);
      for (const lane of lanes) await outbox.openLane(lane);
      await outbox.append(text('t', 'a'), ['lane0', 'lane31', 'lane48']);
      const [entry] = await outbox.peek('lane48', 0, 1);
      await outbox.confirm('lane31', [entry?.sequence ?? 0]);
      expect(await payloads(outbox, 'lane0')).toEqual(['a']);
      expect(await payloads(outbox, 'lane30')).toEqual([]);
      expect(await payloads(outbox, 'lane31')).toEqual([]);
      expect(await payloads(outbox, 'lane48')).toEqual(['a']);
      await expect(outbox.openLane('one too many')).rejects.toMatchObject({ code: 'BRIDGE_TOO_MANY' });
    });

    test('a new lane begins with what comes from now on', async () => {
      await outbox.append(text('t', 'before'), ['cloud']);
      await outbox.openLane('backup');
      await outbox.append(text('t', 'after'), ['cloud', 'backup']);
      expect(await payloads(outbox, 'backup')).toEqual(['after']);
    });

    test('a closed lane frees what only it wanted, and says how much it owed', async () => {
      await outbox.openLane('backup');
      await outbox.append(text('t', 'both'), ['cloud', 'backup']);
      await outbox.append(text('t', 'mine'), ['backup']);
      expect(await outbox.closeLane('backup')).toBe(2);
      expect(outbox.lanes).toEqual(['cloud']);
      expect(outbox.status()).toMatchObject({ depth: 1, drops: { bridge_removed: 1 } });
      expect(await payloads(outbox, 'cloud')).toEqual(['both']);
      await outbox.openLane('another in its place');
      expect(await payloads(outbox, 'another in its place')).toEqual([]);
    });

    test('a message that no open lane wants is not kept', async () => {
      await outbox.append(text('t', 'a'), []);
      await outbox.append(text('t', 'a'), ['unknown']);
      expect(outbox.status().depth).toBe(0);
    });

    test('confirming twice, or what is unknown, changes nothing', async () => {
      await outbox.append(text('t', 'a'), ['cloud']);
      await outbox.append(text('t', 'b'), ['cloud']);
      const [first] = await outbox.peek('cloud', 0, 1);
      for (let i = 0; i < 2; i++) await outbox.confirm('cloud', [first?.sequence ?? 0, 4711]);
      await outbox.confirm('unknown', [1]);
      expect(outbox.status()).toMatchObject({ depth: 1, lanes: { cloud: 1 } });
    });

    test('a refused message leaves the lane and the others go on', async () => {
      for (const payload of ['a', 'b']) await outbox.append(text('t', payload), ['cloud']);
      const [first] = await outbox.peek('cloud', 0, 1);
      await outbox.refuse('cloud', first?.sequence ?? 0, 'not authorised');
      expect(await payloads(outbox, 'cloud')).toEqual(['b']);
      expect(outbox.status()).toMatchObject({ depth: 1, lanes: { cloud: 1 } });
    });

    test('says when there is something to send, once it can be read', async () => {
      const seen: Promise<string[]>[] = [];
      const end = outbox.onAppended('cloud', () => seen.push(payloads(outbox, 'cloud')));
      await outbox.append(text('t', 'a'), ['cloud']);
      await until('a call back', () => seen.length > 0);
      expect(await seen[0]).toEqual(['a']);
      end();
      const calls = seen.length;
      await outbox.append(text('t', 'b'), ['cloud']);
      expect(seen).toHaveLength(calls);
    });

    test('reports depth, bytes and the age of the oldest', async () => {
      expect(outbox.status()).toMatchObject({ depth: 0, bytes: 0, oldest_age_ms: undefined });
      await outbox.append(text('topic', 'x'.repeat(1000)), ['cloud']);
      const { bytes: taken } = outbox.status();
      expect(taken).toBeGreaterThan(1000);
      await until('age', () => (outbox.status().oldest_age_ms ?? 0) > 20);
      await outbox.confirm('cloud', [outbox.lastSequence]);
      expect(outbox.status()).toMatchObject({ depth: 0, bytes: 0, oldest_age_ms: undefined });
    });

    test('above max_bytes the oldest go, counted', async () => {
      await bench.close();
      await open({ ...WIDE, max_bytes: bytes(20_000) });
      for (let i = 0; i < 50; i++) await outbox.append(text('t', `${i}`.padEnd(1000)), ['cloud']);
      await until('the bound holds', () => outbox.status().bytes <= 20_000);
      const left = (await payloads(outbox, 'cloud')).map(Number);
      expect(left.at(-1)).toBe(49);
      expect(left.length).toBeGreaterThan(10);
      expect(outbox.status()).toMatchObject({ depth: left.length, drops: { max_bytes: 50 - left.length } });
    });

    test('an expired message is not given out, and one that is not says what remains', async () => {
      await outbox.append(text('t', 'short', { properties: { messageExpiryInterval: 0 } }), ['cloud']);
      await outbox.append(text('t', 'long', { properties: { messageExpiryInterval: 100 } }), ['cloud']);
      const entries = await outbox.peek('cloud', 0, 10);
      expect(entries.map(({ message }) => message.payload.toString())).toEqual(['long']);
      expect(entries[0]?.message.properties?.messageExpiryInterval).toBeGreaterThan(98);
      expect(entries[0]?.message.properties?.messageExpiryInterval).toBeLessThanOrEqual(100);
    });

    test('a wall clock that jumps by years expires nothing', async () => {
      await outbox.append(text('t', 'a', { properties: { messageExpiryInterval: 100 } }), ['cloud']);
      const now = Date.now;
      Date.now = () => now() + 50 * 365 * 86_400_000;
      try {
        expect(await payloads(outbox, 'cloud')).toEqual(['a']);
        const again = await bench.reopen();
        expect(await payloads(again, 'cloud')).toEqual(['a']);
        expect(again.status().oldest_age_ms).toBeLessThan(60_000);
      } finally {
        Date.now = now;
      }
    });
  });
}
