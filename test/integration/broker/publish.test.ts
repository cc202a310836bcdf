import { afterEach, beforeEach, expect, test } from 'vitest';
import { BrokerError, type Keeper } from '#broker';
import { type EmbeddedBroker, startBroker } from '../../rigs/embedded-broker.ts';
import { until } from '../../rigs/until.ts';

/** Keeps what begins with "keep", each when the test says so. */
class SlowKeeper implements Keeper {
  readonly waiting: { readonly topic: string; readonly resolve: () => void; readonly reject: (why: Error) => void }[] =
    [];

  keep({ topic }: { topic: string }): Promise<void> | undefined {
    if (!topic.startsWith('keep')) return undefined;
    return new Promise((resolve, reject) => this.waiting.push({ topic, resolve, reject }));
  }
}

let house: EmbeddedBroker;
let keeper: SlowKeeper;
beforeEach(async () => {
  keeper = new SlowKeeper();
  house = await startBroker({ keeper });
});
afterEach(() => house.stop());

test('a message is delivered at once and acknowledged when it is kept, in the order of publishing [MQTT-4.6.0-2]', async () => {
  const subscriber = house.client();
  const publisher = house.client({ acknowledges: false });
  await subscriber.connect();
  await publisher.connect();
  await subscriber.subscribe({ topic: '#', qos: 1 });
  publisher.publish('keep/a', '1', { qos: 1, messageId: 11 });
  publisher.publish('free', '2', { qos: 1, messageId: 12 });
  publisher.publish('keep/b', '3', { qos: 2, messageId: 13 });
  await until('all three', () => subscriber.payloads().length === 3);
  await publisher.settled();
  expect(publisher.all('puback')).toEqual([]);
  keeper.waiting[1]?.resolve();
  await publisher.settled();
  expect(publisher.all('pubrec')).toEqual([]);
  keeper.waiting[0]?.resolve();
  await publisher.packet('pubrec');
  const acknowledged = publisher.packets.filter(({ cmd }) => cmd === 'puback' || cmd === 'pubrec');
  expect(acknowledged.map(({ messageId }) => messageId)).toEqual([11, 12, 13]);
});

test('what cannot be kept is answered with 0x97 or 0x83 in MQTT 5', async () => {
  const client = house.client({ version: 5 });
  await client.connect();
  client.publish('keep/a', '1', { qos: 1, messageId: 1 });
  client.publish('keep/b', '1', { qos: 2, messageId: 2 });
  await until('both', () => keeper.waiting.length === 2);
  keeper.waiting[0]?.reject(new BrokerError('BROKER_NOT_RUNNING', 'later'));
  keeper.waiting[1]?.reject(new Error('never'));
  expect((await client.packet('puback')).reasonCode).toBe(0x97);
  expect((await client.packet('pubrec')).reasonCode).toBe(0x83);
});

test('what cannot be kept is not acknowledged in 3.1.1: the connection ends', async () => {
  const client = house.client();
  await client.connect();
  client.publish('keep/a', '1', { qos: 1 });
  await until('asked', () => keeper.waiting.length === 1);
  keeper.waiting[0]?.reject(new Error('full'));
  await client.closing();
  expect(client.all('puback')).toEqual([]);
});

test('a client whose messages are not kept yet is made to wait, and loses none', async () => {
  const publisher = house.client();
  await publisher.connect();
  for (let i = 1; i <= 2_000; i++) publisher.publish('keep/many', String(i), { qos: 1, messageId: i });
  await until('as many as it may', () => keeper.waiting.length === 1_024);
  const other = house.client();
  await other.connect();
  await other.settled();
  expect(keeper.waiting).toHaveLength(1_024);
  for (let i = 0; i < 2_000; i++) (await until(`message ${i}`, () => keeper.waiting[i])).resolve();
  await until('all acknowledged', () => publisher.all('puback').length === 2_000);
  expect(publisher.all('puback').map(({ messageId }) => messageId)).toEqual(
    Array.from({ length: 2_000 }, (_, i) => i + 1),
  );
});

test('QoS 2 is published once, however often it is sent before its PUBREL [MQTT-4.3.3-10]', async () => {
  const subscriber = house.client();
  const publisher = house.client({ acknowledges: false });
  await subscriber.connect();
  await publisher.connect();
  await subscriber.subscribe({ topic: 'a', qos: 2 });
  publisher.publish('a', 'once', { qos: 2, messageId: 5 });
  publisher.publish('a', 'once', { qos: 2, messageId: 5, dup: true });
  await until('two PUBRECs', () => publisher.all('pubrec').length === 2);
  publisher.send({ cmd: 'pubrel', messageId: 5 });
  await publisher.packet('pubcomp');
  publisher.publish('a', 'again', { qos: 2, messageId: 5 });
  await publisher.settled();
  await subscriber.settled();
  expect(subscriber.payloads()).toEqual(['once', 'again']);
});

test('who repeats a QoS 2 message that was answered, and again, is cut off; the message was published once', async () => {
  const subscriber = house.client();
  await subscriber.connect();
  await subscriber.subscribe({ topic: 'a', qos: 2 });
  for (const version of [4, 5] as const) {
    const publisher = house.client({ version, acknowledges: false });
    await publisher.connect();
    for (const dup of [false, true]) publisher.publish('a', `from ${version}`, { qos: 2, messageId: 5, dup });
    await publisher.settled();
    expect(publisher.all('pubrec')).toHaveLength(2);
    publisher.publish('a', `from ${version}`, { qos: 2, messageId: 5, dup: true });
    await publisher.closing();
    expect(publisher.all('disconnect').map(({ reasonCode }) => reasonCode)).toEqual(version === 5 ? [0x82] : []);
  }
  await subscriber.settled();
  expect(subscriber.payloads()).toEqual(['from 4', 'from 5']);
});

test('who repeats a QoS 2 message that is still on its way to the disk is not cut off, however often', async () => {
  const publisher = house.client({ acknowledges: false });
  await publisher.connect();
  for (let i = 0; i < 5; i++) publisher.publish('keep/a', 'once', { qos: 2, messageId: 5, dup: i > 0 });
  await publisher.settled();
  expect(keeper.waiting).toHaveLength(1);
  keeper.waiting[0]?.resolve();
  await until('all five answered', () => publisher.all('pubrec').length === 5);
  publisher.send({ cmd: 'pubrel', messageId: 5 });
  expect((await publisher.packet('pubcomp')).messageId).toBe(5);
});

test('an identifier that was released is counted anew', async () => {
  const publisher = house.client();
  await publisher.connect();
  for (let i = 1; i <= 4; i++) {
    for (const dup of [false, true]) publisher.publish('a', 'x', { qos: 2, messageId: 5, dup });
    await until('released', () => publisher.all('pubcomp').length === 2 * i);
  }
});

test('who publishes at QoS 2 to itself gets the PUBREC before the message', async () => {
  for (const version of [4, 5] as const) {
    const client = house.client({ version });
    await client.connect();
    await client.subscribe({ topic: 'mine', qos: 2 });
    client.publish('mine', '1', { qos: 2, messageId: 301 });
    await client.packet('pubcomp');
    await until('it comes back', () => client.payloads().length === 1);
    const order = client.packets.filter(({ cmd }) => cmd === 'pubrec' || cmd === 'publish');
    expect(order.map(({ cmd }) => cmd)).toEqual(['pubrec', 'publish']);
    client.destroy();
  }
});

test('nothing is published to a name that only a shared subscription has, and MQTT 5 clients are told', async () => {
  const client = house.client({ version: 5 });
  await client.connect();
  client.publish('$share/group/a', 'x', { qos: 1 });
  expect((await client.packet('puback')).reasonCode).toBe(0x87);
});

test('more QoS 2 messages unreleased than Receive Maximum end the connection with 0x93 [MQTT-3.3.4-9]', async () => {
  const client = house.client({ version: 5, acknowledges: false });
  const connack = await client.connect();
  const most = connack.properties?.receiveMaximum ?? 0;
  expect(most).toBe(1_024);
  for (let i = 1; i <= most; i++) client.publish('a', 'x', { qos: 2, messageId: i });
  await client.settled();
  client.publish('a', 'x', { qos: 2, messageId: most + 1 });
  expect((await client.packet('disconnect')).reasonCode).toBe(0x93);
});

test('the properties of a message reach MQTT 5 subscribers, user properties in their order', async () => {
  const client = house.client({ version: 5 });
  await client.connect();
  await client.subscribe('a');
  const property = (name: string, value: string): Buffer => {
    const field = (text: string): Buffer => Buffer.concat([Buffer.from([0, text.length]), Buffer.from(text)]);
    return Buffer.concat([Buffer.from([0x26]), field(name), field(value)]);
  };
  // By hand: mqtt-packet keeps no order over names.
  const properties = Buffer.concat([
    Buffer.from([0x01, 1]),
    Buffer.from([0x02, 0, 0, 0, 60]),
    Buffer.from([0x03, 0, 1, 0x74]),
    Buffer.from([0x08, 0, 1, 0x72]),
    Buffer.from([0x09, 0, 2, 0xff, 0x00]),
    property('z', '1'),
    property('1', '2'),
    property('__proto__', '3'),
    property('z', '4'),
  ]);
  const body = Buffer.concat([Buffer.from([0, 1, 0x61, properties.length]), properties, Buffer.from('x')]);
  client.bytes = Buffer.alloc(0);
  client.send(Buffer.concat([Buffer.from([0x30, body.length]), body]));
  await client.packet('publish');
  expect(client.bytes.toString('hex')).toBe(Buffer.concat([Buffer.from([0x30, body.length]), body]).toString('hex'));
});

test('the message expiry counts down while a message waits, and ends it [MQTT-3.3.2-5, -6]', async () => {
  const waiting = house.client({ version: 5 });
  await waiting.connect({ clientId: 'expiry', properties: { sessionExpiryInterval: 60 } });
  await waiting.subscribe({ topic: 'a', qos: 1, nl: false, rap: false, rh: 0 });
  waiting.destroy();
  const other = house.client({ version: 5 });
  await other.connect();
  other.publish('a', 'short', { qos: 1, properties: { messageExpiryInterval: 1 } });
  other.publish('a', 'long', { qos: 1, properties: { messageExpiryInterval: 30 } });
  await other.settled();
  const sent = performance.now();
  await until('a second passed', () => performance.now() - sent > 1_050);
  const back = house.client({ version: 5 });
  await back.connect({ clientId: 'expiry', clean: false, properties: { sessionExpiryInterval: 60 } });
  await back.settled();
  expect(back.payloads()).toEqual(['long']);
  const left_s = back.all('publish')[0]?.properties?.messageExpiryInterval;
  expect(left_s).toBeLessThan(30);
  expect(left_s).toBeGreaterThan(20);
  expect(house.broker.stats().dropped.expired).toBe(1);
});

test('a topic alias stands for its topic on its connection [MQTT 5.0, 3.3.2.3.4]', async () => {
  const client = house.client({ version: 5 });
  const connack = await client.connect();
  expect(connack.properties?.topicAliasMaximum).toBe(10);
  await client.subscribe('a/b');
  client.publish('a/b', '1', { properties: { topicAlias: 3 } });
  client.publish('', '2', { properties: { topicAlias: 3 } });
  await client.settled();
  expect(client.all('publish').map(({ topic, payload }) => `${topic} ${payload.toString()}`)).toEqual([
    'a/b 1',
    'a/b 2',
  ]);
  client.publish('a/b', '3', { properties: { topicAlias: 11 } });
  expect((await client.packet('disconnect')).reasonCode).toBe(0x94);
});

test.each(['a/#', '+', 'a\u0000b'])('a PUBLISH to %j ends the connection and reaches nobody', async (topic) => {
  const subscriber = house.client();
  await subscriber.connect();
  await subscriber.subscribe('#');
  const client = house.client();
  await client.connect();
  client.publish(topic, 'x');
  await client.closing();
  await subscriber.settled();
  expect(subscriber.payloads()).toEqual([]);
});

test('a topic that is not UTF-8 ends the connection [MQTT-1.5.4-1]', async () => {
  const client = house.client();
  await client.connect();
  client.send(Buffer.from([0x30, 5, 0, 2, 0xc3, 0x28, 0x78]));
  await client.closing();
});

test('a packet above the bound is refused before its body is taken', async () => {
  const client = house.client({ version: 5 });
  const connack = await client.connect();
  expect(connack.properties?.maximumPacketSize).toBe(2_097_152);
  client.send(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x02]));
  expect((await client.packet('disconnect')).reasonCode).toBe(0x95);
  await client.closing();
});

test('a message too large for one subscriber is dropped for that one alone [MQTT-3.1.2-24, -25]', async () => {
  const small = house.client({ version: 5 });
  const large = house.client({ version: 5 });
  await small.connect({ properties: { maximumPacketSize: 100 } });
  await large.connect();
  const qos1 = { topic: 'a', qos: 1, nl: false, rap: false, rh: 0 } as const;
  await small.subscribe(qos1);
  await large.subscribe(qos1);
  large.publish('a', 'x'.repeat(200), { qos: 1 });
  large.publish('a', 'short', { qos: 1 });
  await until('the large one', () => large.payloads().length === 2);
  await small.settled();
  expect(small.payloads()).toEqual(['short']);
  expect(house.broker.stats().dropped.packet_too_large).toBe(1);
});

test('a large payload arrives byte for byte', async () => {
  const client = house.client();
  await client.connect();
  await client.subscribe({ topic: 'a', qos: 1 });
  const payload = Buffer.alloc(1_000_000, 'pinbus');
  client.publish('a', payload, { qos: 1 });
  const got = await client.packet('publish');
  expect(Buffer.compare(Buffer.from(got.payload), payload)).toBe(0);
});
