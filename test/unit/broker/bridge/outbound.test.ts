import { describe, expect, test } from 'vitest';
import { marks } from '../../../../src/broker/bridge/marks.ts';
import { type BridgeTopics, echoOf, outbound } from '../../../../src/broker/bridge/outbound.ts';
import type { OutboxEntry } from '../../../../src/broker/outbox/outbox.ts';
import { type Message, takenIn, type UserProperty } from '../../../../src/topics/index.ts';

const entry = (message: Partial<Message> = {}): OutboxEntry => ({
  sequence: 7,
  message: { topic: 'pinbus/v1/porch/lamp/state', payload: Buffer.from('ON'), qos: 1, retain: true, ...message },
  written_at: 0,
  bytes: 1,
});
const marked = (...userProperties: UserProperty[]) => entry({ properties: { userProperties } });

/** A tenant's bridge, with both ways renamed. */
const ACME: BridgeTopics = {
  prefix: 'tenants/acme',
  replay: { rate: 1, burst: 1, to: 'topic' },
  out: [
    { filter: 'pinbus/v1/{node}/{entity}/state', to: '{node}/{entity}', qos: 2, retain: false },
    { filter: 'replies/#', qos: 0, retain: true },
    { filter: 'odd/{rest}', to: '{rest}', qos: 1, retain: true },
  ],
  in: [{ filter: 'ask/{rest}', to: 'asked/{rest}', qos: 1, retain: true }],
};
const send = (one: OutboxEntry, historic = false) => outbound(one, 'porch', ACME, historic, 5);

describe('what an upstream gets', () => {
  test('has the name, the QoS and the retain flag of the rule', () => {
    expect(send(entry())).toMatchObject({
      message: { topic: 'tenants/acme/porch/lamp', payload: Buffer.from('ON'), retain: false },
      qos: 2,
    });
  });

  test('is history below the name that it has upstream', () => {
    expect(send(entry(), true)?.message.topic).toBe('tenants/acme/porch/lamp/history');
  });

  test('names a response topic so that what is answered there comes in', () => {
    const asked = entry({ topic: 'replies/1', properties: { responseTopic: 'asked/x' } });
    expect(send(asked)?.message.properties?.responseTopic).toBe('tenants/acme/ask/x');
    const elsewhere = entry({ topic: 'replies/1', properties: { responseTopic: 'nowhere' } });
    expect(send(elsewhere)?.message.properties?.responseTopic).toBe('nowhere');
  });

  test('keeps its own name where no rule carries it any more, for it is still owed', () => {
    expect(send(entry({ topic: 'meters/1' }))).toMatchObject({ message: { topic: 'meters/1', retain: true }, qos: 1 });
  });

  test('is nothing where the topic would have no valid name', () => {
    expect(send(entry({ topic: 'odd' }))).toBeUndefined();
    expect(send(entry({ topic: `replies/${'x'.repeat(65_515)}` }))).toBeUndefined();
    // With the suffix it is too long.
    expect(send(entry({ topic: `replies/${'x'.repeat(65_510)}` }), true)).toBeUndefined();
  });

  test('is known again when it comes back, by the name that it has here then', () => {
    const both: BridgeTopics = {
      ...ACME,
      out: [{ filter: 'a/{rest}', to: 'b/{rest}', qos: 1, retain: true }],
      in: [{ filter: 'b/{rest}', to: 'a/{rest}', qos: 1, retain: true }],
    };
    const out = outbound(entry({ topic: 'a/x' }), 'porch', both, false, 4);
    expect(out && echoOf(out, both).topic).toBe('a/x');
  });
});

describe('marks', () => {
  test('name node and number, say when, and only history is marked as such', () => {
    expect(marks('porch', entry(), false)).toEqual([
      ['id', 'porch:7'],
      ['ts', '1970-01-01T00:00:00.000Z'],
      ['via', 'porch'],
    ]);
    expect(marks('porch', entry(), true)).toContainEqual(['historic', 'true']);
  });

  test('of the first node stay, and every node adds itself', () => {
    expect(
      marks('porch', marked(['id', 'shed:1'], ['ts', 'then'], ['historic', 'true'], ['via', 'shed']), true),
    ).toEqual([['via', 'porch']]);
  });

  test("are the node's own on a message that no node forwarded, whatever properties its publisher gave it", () => {
    expect(marks('porch', marked(['id', 'mine']), false)).toContainEqual(['id', 'porch:7']);
    const { message } = marked(['id', 'mine']);
    const own = marks('porch', { ...entry(), message: takenIn(message, 'porch') }, false);
    expect(own).toContainEqual(['id', 'porch:7']);
    // It was noted when it was taken in.
    expect(own).not.toContainEqual(['via', 'porch']);
  });
});
