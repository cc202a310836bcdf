import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedBroker, optionsOf, startBroker } from '../../rigs/embedded-broker.ts';

let house: EmbeddedBroker;
beforeEach(async () => {
  house = await startBroker();
});
afterEach(() => house.stop());

/** An AUTH, which nobody may send here. */
const AUTH = Buffer.from([0xf0, 0]);

test.each([
  [true, 'a packet of type 15, which no client sends'],
  [undefined, undefined],
  [false, undefined],
])('with Request Problem Information %s the reason of a broken packet reads %j', async (requested, words) => {
  const client = house.client({ version: 5 });
  await client.connect(requested === undefined ? {} : { properties: { requestProblemInformation: requested } });
  client.send(AUTH);
  const { reasonCode, properties } = await client.packet('disconnect');
  expect([reasonCode, properties?.reasonString]).toEqual([0x82, words]);
});

test('what is a matter of policy is said in words, unless the client declined them', async () => {
  const words: (string | undefined)[] = [];
  for (const properties of [{}, { requestProblemInformation: false }]) {
    const client = house.client({ version: 5 });
    await client.connect({ properties });
    client.send(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x02]));
    words.push((await client.packet('disconnect')).properties?.reasonString);
  }
  expect(words).toEqual([expect.stringContaining('bytes'), undefined]);
});

test('a reason is left out where the packet would be too large for the client [MQTT-3.14.2-3]', async () => {
  const client = house.client({ version: 5 });
  await client.connect({ properties: { maximumPacketSize: 24, requestProblemInformation: true } });
  client.send(AUTH);
  const { reasonCode, properties } = await client.packet('disconnect');
  expect([reasonCode, properties?.reasonString]).toEqual([0x82, undefined]);
});

test('a PUBACK tells that nobody is there, and success when somebody is', async () => {
  const client = house.client({ version: 5 });
  await client.connect();
  client.publish('a', 'x', { qos: 1, messageId: 1 });
  expect((await client.packet('puback')).reasonCode).toBe(0x10);
  await client.subscribe('a');
  client.publish('a', 'x', { qos: 1, messageId: 2 });
  expect((await client.packet('puback', ({ messageId }) => messageId === 2)).reasonCode).toBe(0);
});

test('a payload that is said to be text and is not is refused with 0x99 when asked for, and only then', async () => {
  const properties = { payloadFormatIndicator: true };
  const lie = Buffer.from([0xc3, 0x28]);
  const lax = house.client({ version: 5 });
  await lax.connect();
  lax.publish('a', lie, { qos: 1, messageId: 1, properties });
  expect((await lax.packet('puback')).reasonCode).toBe(0x10);

  await house.broker.reload(optionsOf({ check_payload_format: true, listeners: [{ host: '127.0.0.1', port: 0 }] }));
  const client = house.client({ version: 5 });
  await client.connect();
  client.publish('a', lie, { qos: 1, messageId: 1, properties });
  client.publish('a', lie, { qos: 2, messageId: 2, properties });
  client.publish('a', 'text', { qos: 1, messageId: 3, properties });
  expect((await client.packet('puback')).reasonCode).toBe(0x99);
  expect((await client.packet('pubrec')).reasonCode).toBe(0x99);
  expect((await client.packet('puback', ({ messageId }) => messageId === 3)).reasonCode).toBe(0x10);
  client.publish('a', lie, { properties });
  expect((await client.packet('disconnect')).reasonCode).toBe(0x99);
  const will = { topic: 'a', payload: lie, qos: 0, retain: false, properties } as const;
  expect((await house.client({ version: 5 }).connect({ will })).reasonCode).toBe(0x99);
});

test('a DISCONNECT that has no more to say than its reason is in its shortest form, as in mosquitto', async () => {
  const client = house.client({ version: 5 });
  await client.connect();
  client.bytes = Buffer.alloc(0);
  client.send(Buffer.from('8100', 'hex'));
  await client.closing();
  expect(client.bytes.toString('hex')).toBe('e00181');
});
