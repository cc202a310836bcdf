import { expect, test } from 'vitest';
import { fromPacket } from '../../../../src/broker/upstream/packet.ts';

test("properties as mqtt-packet reads them are a message's own", () => {
  const userProperties = Object.assign(Object.create(null), { a: ['1', '2'] });
  const read = fromPacket({
    payloadFormatIndicator: true,
    messageExpiryInterval: 5,
    contentType: 'text/plain',
    responseTopic: 'answers',
    correlationData: Buffer.from([0, 255]),
    userProperties,
  });
  expect(read).toEqual({
    payloadFormatIndicator: true,
    messageExpiryInterval: 5,
    contentType: 'text/plain',
    responseTopic: 'answers',
    correlationData: Buffer.from([0, 255]),
    userProperties: [
      ['a', '1'],
      ['a', '2'],
    ],
  });
});

test('no properties of a message are none', () => {
  expect(fromPacket(undefined)).toBeUndefined();
  expect(fromPacket({})).toBeUndefined();
  expect(fromPacket({ topicAlias: 3 })).toBeUndefined();
});
