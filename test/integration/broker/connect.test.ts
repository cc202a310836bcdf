import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashPassword } from '#broker';
import { type EmbeddedBroker, optionsOf, startBroker } from '../../rigs/embedded-broker.ts';
import { until } from '../../rigs/until.ts';

let house: EmbeddedBroker;
beforeEach(async () => {
  house = await startBroker();
});
afterEach(() => house.stop());

test('MQTT 3.1, 3.1.1 and 5 come in by the same port', async () => {
  for (const version of [3, 4, 5] as const) {
    const client = house.client({ version });
    const { returnCode, reasonCode } = await client.connect();
    expect(returnCode ?? reasonCode).toBe(0);
  }
  await until('three clients', () => house.broker.clients().length === 3);
  expect(house.broker.clients().map(({ protocol }) => protocol)).toEqual(['3.1', '3.1.1', '5.0']);
});

test('a client without an id is given one [MQTT-3.1.3-6], and told it in MQTT 5 [MQTT-3.2.2-16]', async () => {
  const client = house.client({ version: 5 });
  const connack = await client.connect({ clientId: '' });
  expect(connack.properties?.assignedClientIdentifier).toMatch(/^auto-/);
});

test('no id and a session to keep is refused in 3.1.1 with 2 [MQTT-3.1.3-8]', async () => {
  const client = house.client();
  await client.open();
  client.send(Buffer.from('100c00044d5154540400003c0000', 'hex'));
  expect((await client.packet('connack')).returnCode).toBe(2);
  await client.closing();
});

test('another protocol level is answered with 1 [MQTT-3.1.2-2], another name not at all', async () => {
  const level = house.client();
  await level.open();
  level.send(Buffer.from('100c00044d5154540602003c0000', 'hex'));
  await level.closing();
  expect(level.bytes.toString('hex')).toBe('20020001');
  const older = house.client();
  await older.open();
  older.send(Buffer.from('100e00064d51497364700002003c0000', 'hex'));
  await older.closing();
  expect(older.bytes.toString('hex')).toBe('20020001');
  const name = house.client();
  await name.open();
  name.send(Buffer.from('100c00044d5154580402003c0000', 'hex'));
  await name.closing();
  expect(name.bytes).toHaveLength(0);
});

test('a second CONNECT and a packet before the first end the connection [MQTT-3.1.0-1, -2]', async () => {
  for (const version of [4, 5] as const) {
    const twice = house.client({ version });
    await twice.connect();
    twice.send(twice.connectPacket());
    await twice.closing();
    expect(twice.packets.map(({ cmd }) => cmd)).toEqual(['connack']);
  }
  const early = house.client();
  await early.open();
  early.publish('a', 'x');
  await early.closing();
  expect(early.bytes).toHaveLength(0);
});

test('a ping with something in it ends the connection without a word', async () => {
  for (const ping of ['c00100', 'd00100']) {
    const client = house.client({ version: 5 });
    await client.connect();
    client.send(Buffer.from(ping, 'hex'));
    await client.closing();
    expect(client.packets.map(({ cmd }) => cmd)).toEqual(['connack']);
  }
});

test('the reserved connect flag, will flags without a will and a will of QoS 3 are malformed', async () => {
  for (const flags of ['03', '22', '0a', '1e']) {
    const client = house.client();
    await client.open();
    client.send(Buffer.from(`101500044d51545404${flags}003c000161000174000178ffff`, 'hex'));
    await client.closing();
    expect(client.bytes).toHaveLength(0);
  }
});

test('an authentication method is refused with 0x8C [MQTT-4.12.0-1]', async () => {
  const client = house.client({ version: 5 });
  const connack = await client.connect({ properties: { authenticationMethod: 'SCRAM' } });
  expect(connack.reasonCode).toBe(0x8c);
  await client.closing();
});

test('a newer connection takes the client id over, and the older is told with 0x8E [MQTT-3.1.4-3]', async () => {
  const older = house.client({ version: 5 });
  await older.connect({ clientId: 'same' });
  const newer = house.client({ version: 5 });
  await newer.connect({ clientId: 'same' });
  expect((await older.packet('disconnect')).reasonCode).toBe(0x8e);
  await older.closing();
  await newer.settled();
  expect(house.broker.clients()).toHaveLength(1);
});

test('CONNECT and 100 PUBLISHes in one segment are all taken, in order', async () => {
  const subscriber = house.client();
  await subscriber.connect();
  await subscriber.subscribe({ topic: 'a', qos: 1 });
  const client = house.client();
  await client.open();
  const publishes = Array.from({ length: 100 }, (_, i) => ({
    cmd: 'publish' as const,
    topic: 'a',
    payload: String(i),
    qos: 1 as const,
    messageId: i + 1,
    retain: false,
    dup: false,
  }));
  client.send(client.connectPacket(), ...publishes);
  await until('all acknowledged', () => client.all('puback').length === 100);
  expect(client.packets[0]?.cmd).toBe('connack');
  await until('all delivered', () => subscriber.payloads().length === 100);
  expect(subscriber.payloads()).toEqual(Array.from({ length: 100 }, (_, i) => String(i)));
});

test('a byte at a time is a packet all the same', async () => {
  const client = house.client({ version: 5 });
  await client.connect();
  await client.subscribe('a');
  for (const byte of Buffer.from('30050001610078', 'hex')) {
    client.send(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect((await client.packet('publish')).payload.toString()).toBe('x');
});

test('silence for one and a half times the keep alive ends the connection with 0x8D [MQTT-3.1.2-22]', async () => {
  const client = house.client({ version: 5 });
  const before = performance.now();
  await client.connect({ keepalive: 1 });
  expect((await client.packet('disconnect')).reasonCode).toBe(0x8d);
  expect(performance.now() - before).toBeGreaterThan(1_450);
});

test('who never says who it is holds little memory: a CONNECT has at most 384 KiB', async () => {
  const client = house.client();
  await client.open();
  client.send(Buffer.concat([Buffer.from([0x10, 0x80, 0x80, 0x40]), Buffer.alloc(1_000)]));
  await client.closing();
});

test('a stop tells MQTT 5 clients with 0x8B and ends all', async () => {
  const five = house.client({ version: 5 });
  const four = house.client();
  await five.connect();
  await four.connect();
  await house.broker.stop();
  expect((await five.packet('disconnect')).reasonCode).toBe(0x8b);
  await five.closing();
  await four.closing();
  await expect(house.client().open()).rejects.toThrow();
});

test('with a server reference a stop sends MQTT 5 clients there: 0x9C, as 0x8B may name none (MQTT 5.0, 3.14.2.2.5)', async () => {
  const { listeners } = optionsOf();
  await house.broker.reload(optionsOf({ listeners, server_reference: 'other.local:1883' }));
  const five = house.client({ version: 5 });
  const small = house.client({ version: 5 });
  const four = house.client();
  await five.connect({ properties: { requestProblemInformation: false } });
  await small.connect({ properties: { maximumPacketSize: 20 } });
  await four.connect();
  await house.broker.stop();
  const { reasonCode, properties } = await five.packet('disconnect');
  expect([reasonCode, properties?.serverReference]).toEqual([0x9c, 'other.local:1883']);
  for (const each of [five, small, four]) await each.closing();
  expect(small.all('disconnect').map((packet) => packet.reasonCode)).toEqual([0x8b]);
});

test('who asks for response information is told a topic that its rights let it read, or nothing [MQTT-3.1.2-28]', async () => {
  const told = async (clientId: string, username?: string, asks = true): Promise<string | undefined> => {
    const login = username === undefined ? {} : { username, password: Buffer.from('secret') };
    const properties = { requestResponseInformation: asks };
    const connack = await house.client({ version: 5 }).connect({ clientId, ...login, properties });
    return connack.properties?.responseInformation;
  };
  expect(await told('tv')).toBe('pinbus/reply/tv');
  expect(await told('tv', undefined, false)).toBeUndefined();
  expect(await told('a/#')).toBeUndefined();
  const password = await hashPassword('secret');
  const users = [
    { name: 'flow', password, acl: [{ template: 'device' as const }] },
    { name: 'meter', password, acl: [{ filter: 'power', access: 'write' as const }] },
  ];
  await house.broker.reload(optionsOf({ listeners: optionsOf().listeners, users }));
  expect(await told('one', 'flow')).toBe('flow/reply/one');
  expect(await told('two', 'meter')).toBeUndefined();
});
