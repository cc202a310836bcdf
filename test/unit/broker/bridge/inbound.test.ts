import { beforeEach, describe, expect, test } from 'vitest';
import { Inbound } from '../../../../src/broker/bridge/inbound.ts';
import { LoopGuard } from '../../../../src/broker/bridge/loop-guard.ts';
import { BrokerError } from '../../../../src/broker/errors.ts';
import type { BridgeOptions } from '../../../../src/broker/options.ts';
import type { Bus } from '../../../../src/broker/ports.ts';
import { Deferred } from '../../../../src/broker/store/deferred.ts';
import type { Message, UserProperty } from '../../../../src/topics/index.ts';
import { bridge } from '../../../rigs/bridged-outbox.ts';
import { keptLog } from '../../../rigs/database.ts';

let taken: Message[];
let said: Message[];
/** What the local bus answers to a publish. */
let answer: () => Promise<void>;
beforeEach(() => {
  taken = [];
  said = [];
  answer = () => Promise.resolve();
});

const busTo = (list: Message[], settled: () => Promise<void>): Bus => ({
  publish: (message) => {
    list.push(message);
    return settled();
  },
  subscribe: () => () => {},
});

function inbound(more: Partial<BridgeOptions>): Inbound {
  const bus = () => busTo(taken, () => answer());
  const own = busTo(said, () => Promise.resolve());
  return new Inbound(bridge(1, more), { node: 'porch', bus, own, guard: new LoopGuard('porch') }, keptLog().log);
}

const down = (topic: string, more: Partial<Message> = {}): Message => ({
  topic,
  payload: Buffer.from('x'),
  qos: 1,
  retain: false,
  ...more,
});
const ALL = { in: [{ filter: 'down/#', qos: 1, retain: true }] } as const;
const codes = () => said.map(({ payload }) => (JSON.parse(payload.toString()) as { code: string }).code);

describe('a message from upstream', () => {
  test('is acknowledged when the local bus has it on disk, and not before', async () => {
    const disk = new Deferred<void>();
    answer = () => disk.promise;
    let acknowledged = false;
    const taking = inbound(ALL)
      .take(down('down/x'), 5)
      .then(() => (acknowledged = true));
    await new Promise(setImmediate);
    expect([taken.length, acknowledged]).toEqual([1, false]);
    disk.resolve();
    await taking;
  });

  test('is not acknowledged where the disk is full, and taken when it comes again', async () => {
    const marked: UserProperty[] = [
      ['id', 'shed:1'],
      ['via', 'shed'],
    ];
    const message = down('down/x', { properties: { userProperties: marked } });
    const one = inbound(ALL);
    answer = () => Promise.reject(new BrokerError('STORE_DISK_FULL', 'full'));
    await expect(one.take(message, 5)).rejects.toMatchObject({ code: 'STORE_DISK_FULL' });
    answer = () => Promise.resolve();
    await one.take(message, 5);
    await one.take(message, 5);
    expect(taken).toHaveLength(2);
    expect(said).toEqual([]);
  });

  test('that can never be taken is acknowledged, and refused where its sender reads it', async () => {
    answer = () => Promise.reject(new BrokerError('BROKER_PUBLISH_LOOP', 'round and round'));
    await inbound(ALL).take(down('down/x'), 5);
    expect(codes()).toEqual(['BROKER_PUBLISH_LOOP']);
  });

  test('has at most the QoS of its rule, and is retained only where the rule says so', async () => {
    const one = inbound({ in: [{ filter: 'a', qos: 0, retain: false }, ...ALL.in] });
    await one.take(down('a', { retain: true, qos: 1 }), 5);
    await one.take(down('down/a', { retain: true, qos: 1 }), 5);
    // What the upstream has retained comes with MQTT 3.1.1 all the same.
    await one.take(down('a', { retain: true }), 4);
    expect(taken.map(({ topic, qos, retain }) => [topic, qos, retain])).toEqual([
      ['a', 0, false],
      ['down/a', 1, true],
    ]);
  });

  test('that has no valid name here is refused', async () => {
    await inbound({ in: [{ filter: 'a/{rest}', to: '{rest}', qos: 1, retain: true }] }).take(down('a/$SYS/x'), 5);
    expect([taken, codes()]).toEqual([[], ['BRIDGE_TOPIC_UNNAMED']]);
  });

  test('that no rule is for any more is let go', async () => {
    await inbound(ALL).take(down('other'), 5);
    expect([taken, said]).toEqual([[], []]);
  });

  test('is for the entities that its rule names, and for nothing else', async () => {
    const rule = { filter: 'pinbus/v1/#', qos: 1, retain: true, entities: ['lamp'] } as const;
    const one = inbound({ in: [rule] });
    const topics = ['porch/lamp/set', 'porch/gate/set', 'shed/lamp/set', 'porch/call/info', 'porch/sim/4/set'];
    for (const topic of topics) await one.take(down(`pinbus/v1/${topic}`), 5);
    expect(taken.map(({ topic }) => topic)).toEqual(['pinbus/v1/porch/lamp/set']);
    expect(new Set(codes())).toEqual(new Set(['BRIDGE_ENTITY_NOT_ALLOWED']));
  });

  test('never speaks for this node, and may for others', async () => {
    const one = inbound({ in: [{ filter: '#', qos: 1, retain: true }] });
    for (const part of ['status', 'info', 'lamp/state', 'lamp/availability', 'rejected', 'clients/x']) {
      await one.take(down(`pinbus/v1/porch/${part}`), 5);
    }
    expect(taken).toEqual([]);
    await one.take(down('pinbus/v1/shed/lamp/state'), 5);
    expect(taken).toHaveLength(1);
  });

  test('that lets commands in without a way for what is refused is told of', () => {
    const set = { filter: 'pinbus/v1/porch/+/set', qos: 1, retain: true } as const;
    expect(inbound({ in: [set], out: [] }).answersSenders).toBe(false);
    expect(inbound({ in: [set] }).answersSenders).toBe(true);
    expect(inbound({ ...ALL, out: [] }).answersSenders).toBe(true);
  });
});
