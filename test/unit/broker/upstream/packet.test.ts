import { generate } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { fromPacket, packetSize, toPacket } from '../../../../src/broker/upstream/packet.ts';
import type { MessageProperties } from '../../../../src/topics/index.ts';

const WHOLE: MessageProperties = {
  payloadFormatIndicator: true,
  messageExpiryInterval: 5,
  contentType: 'text/plain',
  responseTopic: 'answers',
  correlationData: Buffer.from([0, 255]),
  userProperties: [
    ['a', '1'],
    ['a', '2'],
    ['__proto__', 'x'],
  ],
};

test('properties travel there and back', () => {
  expect(fromPacket(toPacket(WHOLE, []))).toEqual(WHOLE);
  expect(toPacket(undefined, [])).toBeUndefined();
  expect(fromPacket(undefined)).toBeUndefined();
  expect(fromPacket({})).toBeUndefined();
});

test('marks come after the own user properties of a message', () => {
  const packet = toPacket({ userProperties: [['id', 'theirs']] }, [['id', 'porch:7']]);
  expect(packet?.userProperties).toEqual(Object.assign(Object.create(null), { id: ['theirs', 'porch:7'] }));
});

test('the size of a packet is never said smaller than it is, and hardly larger', () => {
  for (const properties of [undefined, toPacket(WHOLE, [['id', 'porch:7']])]) {
    const message = { topic: 'käse/state', payload: Buffer.alloc(3000), qos: 1, retain: false } as const;
    const exact = generate(
      { ...message, cmd: 'publish', dup: false, messageId: 1, ...(properties ? { properties } : {}) },
      { protocolVersion: 5 },
    ).length;
    const said = packetSize(message, properties);
    expect(said).toBeGreaterThanOrEqual(exact);
    expect(said).toBeLessThan(exact + 16);
  }
});
