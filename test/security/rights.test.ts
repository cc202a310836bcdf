import { afterEach, beforeAll, expect, test } from 'vitest';
import { hashPassword } from '#broker';
import { compileAcl } from '../../src/broker/access/acl.ts';
import { type EmbeddedBroker, optionsOf, startBroker } from '../rigs/embedded-broker.ts';
import { until } from '../rigs/until.ts';

let house: EmbeddedBroker | undefined;
let password: string;
beforeAll(async () => {
  password = await hashPassword('secret');
});
afterEach(async () => {
  await house?.stop();
  house = undefined;
});

const secret = Buffer.from('secret');
const anna = { username: 'anna', password: secret };

test.each([
  [
    'homeassistant',
    ['read pinbus/v1/porch/lamp/state', 'write pinbus/v1/porch/lamp/set', 'write homeassistant/status'],
  ],
  ['node-red', ['write pinbus/v1/porch/call/info', 'write pinbus/v1/porch/lamp/set', 'read flow/answer']],
  ['readonly', ['read anything/at/all', 'read $SYS/broker/uptime']],
  ['device', ['write flow/sensor', 'read flow/set', 'write homeassistant/sensor/flow/config']],
] as const)(
  'the template %s allows what such a client needs, and no state, no call and no device of others',
  (template, needed) => {
    const acl = compileAcl([{ template }], 'flow', 'some-client-id');
    const may = (right: string): boolean => {
      const [verb, topic = ''] = right.split(' ');
      return verb === 'read' ? acl.mayRead(topic) : acl.mayWrite(topic);
    };
    expect(needed.filter((right) => !may(right))).toEqual([]);
    const never = ['write pinbus/v1/porch/lamp/state', 'write pinbus/v1/porch/status', 'write other/x', 'write $SYS/x'];
    expect(never.filter(may)).toEqual([]);
    if (template !== 'node-red') expect(may('write pinbus/v1/porch/call/config.reload')).toBe(false);
    if (template !== 'homeassistant') expect(may('write homeassistant/sensor/other/config')).toBe(false);
  },
);

test('before MQTT 5 a denied publish can close the connection, by choice; MQTT 5 is told and stays', async () => {
  const users = [{ name: 'anna', password, acl: [{ filter: 'open', access: 'readwrite' }] as const }];
  house = await startBroker({ options: { users, denied_publish: 'close' } });
  const four = house.client();
  await four.connect(anna);
  four.publish('closed', 'x');
  await four.closing();
  const five = house.client({ version: 5 });
  await five.connect(anna);
  five.publish('closed', 'x', { qos: 1, messageId: 7 });
  expect((await five.packet('puback')).reasonCode).toBe(0x87);
  await five.settled();
  await house.broker.reload(optionsOf({ listeners: [{ host: '127.0.0.1', port: 0 }], users }));
  const after = house.client();
  await after.connect(anna);
  after.publish('closed', 'x', { qos: 1, messageId: 8 });
  await after.packet('puback');
  expect(house.broker.stats().dropped.not_authorized).toBe(3);
});

test('what a right is missing for can be withheld: 0x80 without a word, in the log all the same', async () => {
  const users = [{ name: 'anna', password, acl: [{ filter: 'open', access: 'readwrite' }] as const }];
  house = await startBroker({ options: { users, denied_reason: 'withhold' } });
  const five = house.client({ version: 5 });
  await five.connect({ ...anna, properties: { requestProblemInformation: true } });
  const suback = await five.subscribe('open', 'closed');
  expect([suback.granted, suback.properties]).toEqual([[0, 0x80], undefined]);
  five.publish('closed', 'x', { qos: 1, messageId: 7 });
  const puback = await five.packet('puback');
  expect([puback.reasonCode, puback.properties]).toEqual([0x80, undefined]);
  five.publish('closed', 'x', { qos: 2, messageId: 8 });
  expect((await five.packet('pubrec')).reasonCode).toBe(0x80);
  const lines = house.log.filter(({ msg }) => msg.startsWith('a client may not'));
  expect(lines.map(({ msg }) => msg)).toEqual([
    'a client may not subscribe to this filter',
    'a client may not publish to this topic',
  ]);
  // Who is asked for a password has to know: Home Assistant asks its owner for another one by this code.
  const wrong = await house.client({ version: 5 }).connect({ ...anna, password: Buffer.from('wrong') });
  expect(wrong.reasonCode).toBe(0x87);
  const { listeners } = optionsOf();
  await house.broker.reload(optionsOf({ listeners, users }));
  expect((await five.subscribe('closed')).granted).toEqual([0x87]);
});

test('limits that a reload lowers hold for those that are connected', async () => {
  house = await startBroker();
  const client = house.client({ version: 5 });
  await client.connect();
  const { listeners, limits } = optionsOf();
  await house.broker.reload(optionsOf({ listeners, limits: { ...limits, subscriptions: 1 } }));
  const ask = async (topic: string) =>
    (await client.subscribe({ topic, qos: 0, nl: false, rap: false, rh: 0 })).granted;
  expect([await ask('a'), await ask('b')]).toEqual([[0], [0x97]]);
});

test('one user does not take over the session of another', async () => {
  const wide = [{ filter: '#', access: 'readwrite' }] as const;
  const users = [
    { name: 'anna', password, acl: wide },
    { name: 'berta', password, acl: wide },
  ];
  house = await startBroker({ options: { users } });
  const first = house.client();
  await first.connect({ ...anna, clientId: 'shared', clean: false });
  await first.subscribe({ topic: 'private', qos: 1 });
  first.destroy();
  await until('it waits', () => house?.broker.clients().length === 0);
  await house.broker.publish({ topic: 'private', payload: secret, qos: 1, retain: false });
  const other = house.client();
  const connack = await other.connect({ username: 'berta', password: secret, clientId: 'shared', clean: false });
  expect(connack.sessionPresent).toBe(false);
  await other.settled();
  expect(other.payloads()).toEqual([]);
});
