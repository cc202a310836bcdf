import { afterEach, beforeAll, expect, test } from 'vitest';
import { hashPassword, type UserOptions } from '#broker';
import { type EmbeddedBroker, optionsOf, startBroker } from '../../rigs/embedded-broker.ts';
import { until } from '../../rigs/until.ts';

let house: EmbeddedBroker;
let password: string;
beforeAll(async () => {
  password = await hashPassword('secret');
});
afterEach(() => house.stop());

const listeners = [{ host: '127.0.0.1', port: 0 }];
const secret = Buffer.from('secret');
const anna = (acl: UserOptions['acl']): UserOptions => ({ name: 'anna', password, acl });

test('with users nobody else comes in: 0x87, 5 before MQTT 5', async () => {
  house = await startBroker({ options: { users: [anna([])] } });
  const cases = [
    { version: 5, login: { username: 'anna', password: Buffer.from('wrong') }, code: 0x87 },
    { version: 5, login: { username: 'nobody', password: secret }, code: 0x87 },
    { version: 5, login: {}, code: 0x87 },
    { version: 4, login: { username: 'anna', password: Buffer.from('wrong') }, code: 5 },
    { version: 4, login: {}, code: 5 },
  ] as const;
  for (const { version, login, code } of cases) {
    const client = house.client({ version });
    const connack = await client.connect(login);
    expect(connack.reasonCode ?? connack.returnCode).toBe(code);
    await client.closing();
  }
  const let_in = house.client();
  expect((await let_in.connect({ username: 'anna', password: secret })).returnCode).toBe(0);
  expect(JSON.stringify(house.log)).not.toContain('wrong');
});

test('who gives no user name may do what `anonymous` allows, and a name needs its password still', async () => {
  const anonymous = [
    { filter: 'open/#', access: 'readwrite' },
    { filter: 'of/%u/#', access: 'readwrite' },
  ] as const;
  house = await startBroker({ options: { users: [anna([{ filter: '#', access: 'readwrite' }])], anonymous } });
  const guest = house.client({ version: 5 });
  expect((await guest.connect()).reasonCode).toBe(0);
  const granted = await guest.subscribe(
    ...['open/a', 'shut/a', 'of/anna/a'].map((topic) => ({ topic, qos: 1 as const })),
  );
  expect(granted.granted).toEqual([1, 0x87, 0x87]);
  guest.publish('open/a', 'x', { qos: 1, messageId: 7 });
  guest.publish('shut/a', 'x', { qos: 1, messageId: 8 });
  await until('both answered', () => guest.all('puback').length === 2);
  expect(guest.all('puback').map(({ reasonCode }) => reasonCode)).toEqual([0, 0x87]);
  const old = house.client();
  await old.connect();
  expect((await old.subscribe('shut/a')).granted).toEqual([0x80]);
  const liar = house.client({ version: 5 });
  expect((await liar.connect({ username: 'anna' })).reasonCode).toBe(0x87);
  await house.broker.reload(optionsOf({ listeners, users: [anna([])] }));
  expect((await guest.packet('disconnect')).reasonCode).toBe(0x87);
  expect((await house.client({ version: 5 }).connect()).reasonCode).toBe(0x87);
});

test('with `anonymous` alone nobody else comes in, and other networks may, for what it allows', async () => {
  const anonymous = [{ filter: 'open', access: 'write' }] as const;
  house = await startBroker({ options: { listeners: [{ host: '0.0.0.0', port: 0 }], anonymous } });
  expect((await house.client({ version: 5 }).connect({ username: 'anna', password: secret })).reasonCode).toBe(0x87);
  expect((await house.client({ version: 5 }).connect()).reasonCode).toBe(0);
});

test('the event loop goes on while passwords are checked', async () => {
  // 128 MiB and half a second or more: time for many round trips, unless they have to wait for it.
  const costly = ['scrypt', 131_072, 8, 1, Buffer.alloc(16).toString('base64'), Buffer.alloc(32).toString('base64')];
  const berta = { name: 'berta', password: costly.join('$'), acl: [] };
  house = await startBroker({ options: { users: [anna([]), berta] } });
  const inside = house.client();
  await inside.connect({ username: 'anna', password: secret });
  const outside = await house.client().open();
  outside.send(outside.connectPacket({ username: 'berta', password: Buffer.from('wrong') }));
  let rounds = 0;
  for (; outside.all('connack').length === 0; rounds++) await inside.settled();
  expect(rounds).toBeGreaterThan(10);
});

test('what no rule allows is denied: 0x87 in MQTT 5, a log line before it', async () => {
  house = await startBroker({
    options: {
      users: [
        anna([
          { filter: 'open/%c/#', access: 'readwrite' },
          { filter: 'seen/#', access: 'read' },
        ]),
      ],
    },
  });
  const five = house.client({ version: 5 });
  await five.connect({ clientId: 'one', username: 'anna', password: secret });
  const four = house.client();
  await four.connect({ clientId: 'two', username: 'anna', password: secret });
  const granted = await five.subscribe(
    { topic: 'open/one/a', qos: 1, nl: false, rap: false, rh: 0 },
    { topic: 'open/two/a', qos: 1, nl: false, rap: false, rh: 0 },
    { topic: 'other', qos: 1, nl: false, rap: false, rh: 0 },
  );
  expect(granted.granted).toEqual([1, 0x87, 0x87]);
  expect((await four.subscribe({ topic: 'other', qos: 1 })).granted).toEqual([0x80]);
  five.publish('open/one/a', 'x', { qos: 1, messageId: 50 });
  expect((await five.packet('puback', ({ messageId }) => messageId === 50)).reasonCode).toBe(0);
  five.publish('seen/a', 'x', { qos: 1, messageId: 51 });
  expect((await five.packet('puback', ({ messageId }) => messageId === 51)).reasonCode).toBe(0x87);
  five.publish('seen/a', 'x', { qos: 2, messageId: 52 });
  expect((await five.packet('pubrec')).reasonCode).toBe(0x87);
  for (let i = 0; i < 10; i++) four.publish('seen/a', 'x', { qos: 1 });
  await until('acknowledged all the same', () => four.all('puback').length === 10);
  const told = house.log.filter(({ msg }) => msg === 'a client may not publish to this topic');
  expect(told).toHaveLength(2);
  expect(house.broker.stats().dropped.not_authorized).toBe(12);
});

test('a wide subscription gets only what may be read, live and retained', async () => {
  house = await startBroker({
    options: {
      users: [
        anna([
          { filter: '#', access: 'readwrite' },
          { filter: 'private/#', access: 'deny' },
        ]),
      ],
    },
  });
  for (const topic of ['private/a', 'public/a']) {
    await house.broker.publish({ topic, payload: Buffer.from('kept'), qos: 0, retain: true });
  }
  const client = house.client();
  await client.connect({ username: 'anna', password: secret });
  await client.subscribe('#');
  for (const topic of ['private/a', 'public/a']) {
    await house.broker.publish({ topic, payload: Buffer.from('live'), qos: 0, retain: false });
  }
  await client.settled();
  expect(client.all('publish').map(({ topic, payload }) => `${topic} ${payload.toString()}`)).toEqual([
    'public/a kept',
    'public/a live',
  ]);
});

test('a client id with wildcards or levels in it widens nothing', async () => {
  house = await startBroker({ options: { users: [anna([{ filter: 'of/%c/a', access: 'readwrite' }])] } });
  for (const clientId of ['#', '+', 'x/a', 'x/#']) {
    const client = house.client({ version: 5 });
    await client.connect({ clientId, username: 'anna', password: secret });
    expect((await client.subscribe({ topic: 'of/x/a', qos: 0, nl: false, rap: false, rh: 0 })).granted).toEqual([0x87]);
    client.publish('of/x/a', 'x', { qos: 1, messageId: 9 });
    expect((await client.packet('puback')).reasonCode).toBe(0x87);
  }
});

test("a will goes only where its client may write, and nobody writes below $SYS but a bridge's state", async () => {
  house = await startBroker({ options: { users: [anna([{ filter: 'open/#', access: 'readwrite' }])] } });
  const seen: string[] = [];
  house.broker.subscribe('#', ({ topic }) => seen.push(topic));
  house.broker.subscribe('$SYS/#', ({ topic }) => seen.push(topic));
  const client = house.client();
  const will = { topic: 'closed', payload: 'x', qos: 0, retain: false } as const;
  await client.connect({ username: 'anna', password: secret, will });
  client.destroy();
  await until('it is told', () => house.log.some(({ msg }) => msg === 'a will may not be published to its topic'));
  await house.broker.reload(optionsOf({ listeners, users: [] }));
  const bridge = house.client();
  await bridge.connect();
  bridge.publish('$SYS/broker/uptime', 'x');
  bridge.publish('$SYS/broker/connection/pi/state', '1');
  await bridge.settled();
  expect(seen).toEqual(['$SYS/broker/connection/pi/state']);
});

test('without users the broker listens on the loopback alone', async () => {
  house = await startBroker();
  const open = optionsOf({ listeners: [{ host: '0.0.0.0', port: 0 }] });
  await expect(startBroker({ options: open })).rejects.toMatchObject({ code: 'BROKER_ANONYMOUS_EXPOSED' });
  await expect(house.broker.reload(open)).rejects.toMatchObject({ code: 'BROKER_ANONYMOUS_EXPOSED' });
});

test('a reload changes rights at once and drops only who may not stay', async () => {
  const rules = [{ filter: '#', access: 'readwrite' }] as const;
  const berta = { name: 'berta', password, acl: rules };
  house = await startBroker({ options: { users: [anna(rules), berta] } });
  const stays = house.client({ version: 5 });
  await stays.connect({ clientId: 'stays', username: 'anna', password: secret });
  await stays.subscribe('#');
  const goes = house.client({ version: 5 });
  await goes.connect({ clientId: 'goes', username: 'berta', password: secret });
  await house.broker.reload(optionsOf({ listeners, users: [anna([{ filter: 'narrow/#', access: 'readwrite' }])] }));
  expect((await goes.packet('disconnect')).reasonCode).toBe(0x87);
  for (const topic of ['wide', 'narrow/a']) {
    await house.broker.publish({ topic, payload: Buffer.from('x'), qos: 0, retain: false });
  }
  await stays.settled();
  expect(stays.all('publish').map(({ topic }) => topic)).toEqual(['narrow/a']);
  await house.broker.reload(
    optionsOf({ listeners, users: [{ ...anna([]), password: await hashPassword('another') }] }),
  );
  expect((await stays.packet('disconnect')).reasonCode).toBe(0x87);
});

test('a reload reaches sessions that wait for their client too', async () => {
  const wide = [{ filter: '#', access: 'readwrite' }] as const;
  house = await startBroker({ options: { users: [anna(wide)] } });
  const login = { clientId: 'waits', clean: false, username: 'anna', password: secret };
  const away = house.client();
  await away.connect(login);
  await away.subscribe({ topic: '#', qos: 1 });
  away.destroy();
  await until('it waits', () => house.broker.clients().length === 0);
  await house.broker.reload(optionsOf({ listeners, users: [anna([{ filter: 'narrow', access: 'read' }])] }));
  for (const topic of ['wide', 'narrow']) {
    await house.broker.publish({ topic, payload: Buffer.from('x'), qos: 1, retain: false });
  }
  const back = house.client();
  await back.connect(login);
  await back.settled();
  expect(back.all('publish').map(({ topic }) => topic)).toEqual(['narrow']);
  back.destroy();
  await house.broker.reload(optionsOf({ listeners, users: [{ ...anna([]), name: 'berta' }] }));
  await until('it is gone', () => house.broker.stats().sessions === 0);
});

test('a hash that is none is refused and the users stay as they are', async () => {
  house = await startBroker({ options: { users: [anna([])] } });
  const broken = optionsOf({ listeners, users: [{ name: 'x', password: 'plain', acl: [] }] });
  await expect(house.broker.reload(broken)).rejects.toMatchObject({ code: 'BROKER_PASSWORD_HASH_INVALID' });
  const client = house.client();
  expect((await client.connect({ username: 'anna', password: secret })).returnCode).toBe(0);
});
