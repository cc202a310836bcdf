import { expect, test } from 'vitest';
import type { ConnectPacket } from '../../../../src/broker/wire/codec/packet.ts';
import { termsOf } from '../../../../src/broker/wire/terms.ts';

const BOUNDS = { inflight: 128, receive_maximum: 1_024 };
const packet: ConnectPacket = {
  type: 'connect',
  version: 5,
  bridge: false,
  cleanStart: true,
  keepAlive: 30,
  clientId: 'a',
};

test('a CONNECT without properties has the defaults of the specification, within our bounds', () => {
  expect(termsOf(packet, BOUNDS)).toEqual({
    version: 5,
    bridge: false,
    keepAlive_s: 30,
    maximumPacketSize: Number.POSITIVE_INFINITY,
    window: 128,
    receiveMaximum: 1_024,
    topicAliasMaximum: 0,
    problemInformation: undefined,
  });
});

test('an MQTT 5 client keeps alive every 60 s at least, if it does at all; an older one is not told, so it keeps its own', () => {
  expect(termsOf({ ...packet, keepAlive: 120 }, BOUNDS).keepAlive_s).toBe(60);
  expect(termsOf({ ...packet, keepAlive: 0 }, BOUNDS).keepAlive_s).toBe(0);
  expect(termsOf({ ...packet, version: 4, keepAlive: 120 }, BOUNDS).keepAlive_s).toBe(120);
});

test('a Receive Maximum below ours holds, one above it does not', () => {
  expect(termsOf({ ...packet, properties: { receiveMaximum: 7 } }, BOUNDS).window).toBe(7);
  expect(termsOf({ ...packet, properties: { receiveMaximum: 65_535 } }, BOUNDS).window).toBe(128);
});
