import { expect, test } from 'vitest';
import type { Message } from '#topics';
import { messageJson, messageLine } from '../../../../src/agent/cli/message-line.ts';

const at = new Date(2026, 0, 2, 3, 4, 5, 6);
const message: Message = { topic: 'a/b', payload: Buffer.from('ON'), qos: 1, retain: false };
const plain = { colour: false, properties: false };

test('a message is a line of time, topic and payload', () => {
  expect(messageLine(message, at, plain)).toBe('03:04:05.006 a/b ON');
});

test('what was retained says so', () => {
  expect(messageLine({ ...message, retain: true }, at, plain)).toBe('03:04:05.006 a/b ON (retained)');
});

test('no message moves the cursor, starts a line, or turns the direction of writing', () => {
  const payload = Buffer.from('a\u001b[2J\nb\r\t\u009b\u202e');
  expect(messageLine({ ...message, payload }, at, plain)).toBe(
    String.raw`03:04:05.006 a/b a\u001b[2J\nb\r\t\u009b\u202e`,
  );
});

test('bytes that are not UTF-8 are shown as hexadecimal, and are base64 for a program', () => {
  const binary = { ...message, payload: Buffer.from([0xff, 0x00, 0x10]) };
  expect(messageLine(binary, at, plain)).toBe('03:04:05.006 a/b 0xff0010');
  expect(JSON.parse(messageJson(binary, at))).toMatchObject({ payload_base64: '/wAQ' });
});

test('properties are shown on demand, user properties in their order', () => {
  const properties = {
    messageExpiryInterval: 60,
    responseTopic: 'back',
    userProperties: [
      ['b', '1'],
      ['a', '2'],
      ['b', '3'],
    ] as const,
  };
  expect(messageLine({ ...message, properties }, at, { colour: false, properties: true })).toBe(
    '03:04:05.006 a/b ON qos=1 expires=60s reply_to=back b=1 a=2 b=3',
  );
});

test('for a program it is one JSON document with everything in it', () => {
  const properties = { correlationData: Buffer.from('id'), userProperties: [['a', '1']] as const };
  const text = messageJson({ ...message, properties }, at);
  expect(text).not.toContain('\n');
  expect(JSON.parse(text)).toEqual({
    time: at.toISOString(),
    topic: 'a/b',
    payload: 'ON',
    qos: 1,
    retain: false,
    properties: { correlationData: Buffer.from('id').toString('base64'), userProperties: [['a', '1']] },
  });
});
