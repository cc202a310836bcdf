import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OutboxBounds } from '../../../src/broker/options.ts';
import type { Outbox } from '../../../src/broker/outbox/outbox.ts';
import type { MessageClass } from '../../../src/topics/index.ts';
import { until } from '../../rigs/until.ts';
import { type OutboxBench, text, WIDE } from './outbox-contract.ts';

/** What every outbox promises of the classes of messages. */
export function outboxClassContract(name: string, make: (bounds: OutboxBounds) => Promise<OutboxBench>): void {
  describe(`${name} as an outbox with classes`, () => {
    let bench: OutboxBench;
    let outbox: Outbox;
    const open = async (bounds: OutboxBounds = WIDE): Promise<void> => {
      bench = await make(bounds);
      outbox = bench.outbox;
      await outbox.openLane('cloud');
    };
    const payloads = async (from: Outbox, lane: string): Promise<string[]> =>
      (await from.peek(lane, 0, 1000)).map(({ message }) => message.payload.toString());

    beforeEach(() => open());
    afterEach(() => bench.close());

    const reopened = async (bounds: Partial<OutboxBounds>): Promise<void> => {
      await bench.close();
      await open({ ...WIDE, ...bounds });
    };
    const keep = (topic: string, payload: string, retain = false) =>
      outbox.append(text(topic, payload, { retain }), ['cloud']);
    const of = async (each: MessageClass): Promise<string[]> =>
      (await outbox.peek('cloud', 0, 1000, each)).map(({ message }) => message.payload.toString());

    test('every message has the class of its topic', async () => {
      await reopened({ classes: { event: { filters: ['alarm/#'] } } });
      await keep('pinbus/v1/porch/bell/event', 'event');
      await keep('alarm/smoke', 'alarm');
      await keep('pinbus/v1/porch/lamp/set', 'command');
      await keep('pinbus/v1/porch/lamp/state', 'state');
      await keep('home/device/pinbus_porch/config', 'document');
      await keep('home/device/pump/config', 'telemetry');
      expect(await of('event')).toEqual(['event', 'alarm']);
      expect(await of('command')).toEqual(['command']);
      expect(await of('state')).toEqual(['state', 'document']);
      expect(await of('telemetry')).toEqual(['telemetry']);
      expect(outbox.status().classes).toMatchObject({ event: { depth: 2 }, telemetry: { depth: 1 } });
    });

    test('history too', async () => {
      await keep('meters/1', 'telemetry');
      await keep('pinbus/v1/porch/bell/event', 'event');
      await outbox.divide('cloud');
      const history = async (each: MessageClass) =>
        (await outbox.peekHistory('cloud', 0, 10, each)).map(({ message }) => message.payload.toString());
      expect([await history('event'), await history('state'), await history('telemetry')]).toEqual([
        ['event'],
        [],
        ['telemetry'],
      ]);
    });

    test('other rules at the next start are for what is there already as well', async () => {
      await keep('alarm/smoke', 'alarm');
      await bench.reopen({ ...WIDE, classes: { event: { filters: ['alarm/#'] } } });
      outbox = bench.outbox;
      expect(await of('event')).toEqual(['alarm']);
      expect(outbox.status().classes).toMatchObject({ event: { depth: 1 }, telemetry: { depth: 0 } });
    });

    test('a class has bounds of its own', async () => {
      await reopened({ classes: { telemetry: { max_messages: 2 } } });
      for (const payload of ['1', '2', '3']) await keep('meters/1', payload);
      await keep('pinbus/v1/porch/lamp/set', 'command');
      await until('the bound holds', () => outbox.status().drops.max_messages === 1);
      expect(await of('telemetry')).toEqual(['2', '3']);
      expect(await of('command')).toEqual(['command']);
      expect(outbox.status().classes.telemetry.drops.max_messages).toBe(1);
    });

    test('when the whole is full, telemetry gives way, then state; events do not', async () => {
      await reopened({ max_messages: 3 });
      await keep('pinbus/v1/porch/lamp/state', 'state');
      await keep('meters/1', 'telemetry');
      await keep('pinbus/v1/porch/bell/event', '1');
      await keep('pinbus/v1/porch/bell/event', '2');
      await until('telemetry gone', () => outbox.status().classes.telemetry.depth === 0);
      await keep('pinbus/v1/porch/bell/event', '3');
      await until('state gone', () => outbox.status().classes.state.depth === 0);
      expect(() => keep('pinbus/v1/porch/bell/event', '4')).toThrow(expect.objectContaining({ code: 'OUTBOX_FULL' }));
      expect(await of('event')).toEqual(['1', '2', '3']);
    });

    test('compaction keeps the newest of each retained topic, counted', async () => {
      await reopened({ classes: { state: { filters: ['rooms/#'], max_messages: 3 } } });
      for (const payload of ['a1', 'a2', 'a3']) await keep('rooms/a', payload, true);
      await keep('rooms/b', 'b1', true);
      await keep('rooms/a', 'a4', true);
      await until('the bound holds', () => outbox.status().classes.state.depth <= 3);
      expect(await of('state')).toEqual(['a3', 'b1', 'a4']);
      expect(outbox.status().classes.state.drops).toMatchObject({ compacted: 2, max_messages: 0 });
      for (const topic of ['c', 'd']) await keep(`rooms/${topic}`, topic, true);
      await until('the oldest went', () => outbox.status().classes.state.drops.max_messages === 1);
      expect(await of('state')).toEqual(['a4', 'c', 'd']);
      expect(outbox.status().classes.state.drops).toMatchObject({ compacted: 3, max_messages: 1 });
    });

    test('compaction takes nothing from a lane that does not want the newer one', async () => {
      await reopened({ classes: { state: { filters: ['rooms/#'], max_messages: 2 } } });
      await outbox.openLane('backup');
      await outbox.append(text('rooms/a', 'for both', { retain: true }), ['cloud', 'backup']);
      await outbox.append(text('rooms/a', 'a1', { retain: true }), ['cloud']);
      await outbox.append(text('rooms/a', 'a2', { retain: true }), ['cloud']);
      await until('the bound holds', () => outbox.status().classes.state.depth <= 2);
      expect(await payloads(outbox, 'cloud')).toEqual(['for both', 'a2']);
      expect(await payloads(outbox, 'backup')).toEqual(['for both']);
    });

    test('a class that refuses withholds from who can wait, and says that it is full', async () => {
      await reopened({ classes: { event: { max_messages: 1 } } });
      const event = (payload: string) =>
        outbox.append(text('pinbus/v1/porch/bell/event', payload), ['cloud'], { withhold: true });
      let changes = 0;
      outbox.onRefusing(() => changes++);
      await event('1');
      let acknowledged = false;
      const second = event('2').then(() => {
        acknowledged = true;
      });
      // It is on disk, and it waits.
      await until('on disk', () => outbox.status().classes.event.depth === 2);
      expect(acknowledged).toBe(false);
      expect(outbox.status().classes.event).toMatchObject({ withheld: 1, refuses: true });
      expect(changes).toBe(1);
      await outbox.confirm('cloud', [(await outbox.peek('cloud', 0, 1))[0]?.sequence ?? 0]);
      await second;
      expect(outbox.status().classes.event).toMatchObject({ depth: 1, withheld: 0 });
      expect(await payloads(await bench.reopen(), 'cloud')).toEqual(['2']);
    });
  });
}
