import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JWTPayload, SignJWT } from 'jose';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { hashPassword, Tokens } from '#broker';
import { milliseconds } from '#topics';
import type { TokenOptions } from '../../src/broker/options.ts';
import { commandLine } from '../rigs/command-line.ts';
import { DurableHouse } from '../rigs/durable-house.ts';
import { type EmbeddedBroker, optionsOf, startBroker } from '../rigs/embedded-broker.ts';
import { Pinbus } from '../rigs/pinbus.ts';
import { RawClient } from '../rigs/raw-client.ts';

const secret = randomBytes(32).toString('base64');
const acl = [{ filter: 'kitchen/#', access: 'readwrite' }] as const;
let folder: string;
let options: TokenOptions;
let house: EmbeddedBroker | undefined;
let password: string;

const keyFile = (name: string, type: 'ec' | 'rsa'): { publicKey: string; sign: KeyObject } => {
  const pair =
    type === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicKey = join(folder, `${name}.pem`);
  writeFileSync(publicKey, pair.publicKey.export({ type: 'spki', format: 'pem' }));
  return { publicKey, sign: pair.privateKey };
};

beforeAll(async () => {
  password = await hashPassword('secret');
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinbus-token-'));
  options = {
    issuer: 'porch',
    keys: [{ algorithm: 'HS256', secret }],
    access_lifetime: milliseconds(900_000),
    refresh_lifetime: milliseconds(86_400_000),
    ledger: join(folder, 'ledger.json'),
  };
});
afterEach(async () => {
  await house?.stop();
  house = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const claims = (more: JWTPayload = {}): JWTPayload => ({
  iss: 'porch',
  sub: 'kitchen',
  jti: 'one',
  exp: Math.floor(Date.now() / 1000) + 60,
  acl: [...acl],
  ...more,
});
const hs256 = (payload: JWTPayload, key = secret): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(Buffer.from(key));
const login = (token: string, username = 'kitchen') => ({ username, password: Buffer.from(token) });
const come = async (token: string, username?: string): Promise<number | undefined> =>
  (await house?.client({ version: 5 }).connect(login(token, username)))?.reasonCode;

test('a token of HS256, ES256 or RS256 lets in its subject with the rights that it says', async () => {
  const ec = keyFile('ec', 'ec');
  const rsa = keyFile('rsa', 'rsa');
  const keys = [
    ...options.keys,
    { algorithm: 'ES256', key: ec.publicKey } as const,
    { algorithm: 'RS256', key: rsa.publicKey } as const,
  ];
  house = await startBroker({ options: { tokens: { ...options, keys } } });
  const by = (alg: string, key: KeyObject) => new SignJWT(claims()).setProtectedHeader({ alg }).sign(key);
  for (const token of [await hs256(claims()), await by('ES256', ec.sign), await by('RS256', rsa.sign)]) {
    const client = house.client({ version: 5 });
    expect((await client.connect(login(token))).reasonCode).toBe(0);
    client.publish('kitchen/oven', 'x', { qos: 1, messageId: 5 });
    expect((await client.packet('puback')).reasonCode).not.toBe(0x87);
    client.publish('cellar/pump', 'x', { qos: 1, messageId: 6 });
    expect((await client.packet('puback', ({ messageId }) => messageId === 6)).reasonCode).toBe(0x87);
    client.destroy();
  }
});

test('a token that is forged, expired, of somebody else, or without an end lets nobody in', async () => {
  const rsa = keyFile('rsa', 'rsa');
  const keys = [...options.keys, { algorithm: 'RS256', key: rsa.publicKey } as const];
  const one = await startBroker({ options: { tokens: { ...options, keys } } });
  house = one;
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims())).toString('base64url')}.`;
  const { exp: _, ...endless } = claims();
  const { jti: __, ...nameless } = claims();
  const bad = [
    await hs256(claims(), randomBytes(32).toString('base64')),
    // The public key of RS256 as the secret of HS256.
    await hs256(claims(), readFileSync(rsa.publicKey, 'utf8')),
    none,
    `${none}x`,
    await hs256(claims({ exp: Math.floor(Date.now() / 1000) - 1 })),
    await hs256(claims({ iss: 'elsewhere' })),
    await hs256(endless),
    await hs256(nameless),
    await hs256(claims({ acl: [{ filter: 'a#', access: 'read' }] })),
    await hs256(claims({ sub: 'a/b' })),
  ];
  // From an Access of its own each, which has not failed yet.
  const tokens = await Tokens.load({ ...options, keys });
  for (const token of bad) expect(await tokens.verify(token)).toBeUndefined();
  expect(await come(bad[0] ?? '')).toBe(0x87);
  expect(await come(await hs256(claims()), 'another')).toBe(0x87);
  expect(JSON.stringify(one.log)).not.toContain(bad[0]?.split('.')[1]);
});

test('a connection ends with its token: 0x87', async () => {
  house = await startBroker({ options: { tokens: options } });
  const client = house.client({ version: 5 });
  const exp = Math.floor(Date.now() / 1000) + 3;
  await client.connect(login(await hs256(claims({ exp }))));
  expect((await client.packet('disconnect')).reasonCode).toBe(0x87);
  expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
});

test('a token that is revoked by id ends its connections at once, and lets nobody in after a restart either', async () => {
  house = await startBroker({ options: { tokens: options } });
  const token = await hs256(claims());
  const client = house.client({ version: 5 });
  await client.connect(login(token));
  const stays = house.client({ version: 5 });
  await stays.connect(login(await hs256(claims({ jti: 'two' }))));
  await house.broker.revokeToken('one');
  expect(house.broker.clients()).toHaveLength(1);
  expect((await client.packet('disconnect')).reasonCode).toBe(0x87);
  await stays.settled();
  expect(await come(token)).toBe(0x87);
  await house.stop();
  house = await startBroker({ options: { tokens: options } });
  expect(await come(token)).toBe(0x87);
});

test('a refresh token is exchanged once; one that comes again revokes all of its id, over restarts too', async () => {
  const first = await (await Tokens.load(options)).issue({ user: 'kitchen', rules: acl });
  const tokens = await Tokens.load(options);
  await expect(tokens.refresh(first.access_token, 'kitchen')).rejects.toMatchObject({ code: 'BROKER_TOKEN_INVALID' });
  await expect(tokens.refresh(first.refresh_token, 'other')).rejects.toMatchObject({ code: 'BROKER_TOKEN_INVALID' });
  const second = await tokens.refresh(first.refresh_token, 'kitchen');
  expect(await tokens.verify(second.access_token)).toMatchObject({ user: 'kitchen', rules: acl });
  const later = await Tokens.load(options);
  const third = await later.refresh(second.refresh_token, 'kitchen');
  await expect(later.refresh(second.refresh_token, 'kitchen')).rejects.toMatchObject({ code: 'BROKER_TOKEN_INVALID' });
  for (const { access_token, refresh_token } of [first, second, third]) {
    expect(await later.verify(access_token)).toBeUndefined();
    await expect(later.refresh(refresh_token, 'kitchen')).rejects.toMatchObject({ code: 'BROKER_TOKEN_INVALID' });
  }
});

test('a ledger that cannot be read lets nobody in on a guess, and a short secret is refused', async () => {
  writeFileSync(options.ledger, '{"one":true}');
  const start = startBroker({ options: { tokens: options } });
  await expect(start).rejects.toMatchObject({ code: 'BROKER_TOKEN_LEDGER' });
  const short = Tokens.load({
    ...options,
    ledger: join(folder, 'none'),
    keys: [{ algorithm: 'HS256', secret: 'short' }],
  });
  await expect(short).rejects.toMatchObject({ code: 'BROKER_TOKEN_KEY_INVALID' });
});

test('whatever a revoked token is called, and however long it is valid, a restart does not bring it back', async () => {
  const tokens = await Tokens.load(options);
  for (const jti of ['__proto__', 'constructor', '']) await tokens.revoke(jti);
  const later = await Tokens.load(options);
  for (const jti of ['__proto__', 'constructor']) {
    expect(await tokens.verify(await hs256(claims({ jti })))).toBeUndefined();
    expect(await later.verify(await hs256(claims({ jti })))).toBeUndefined();
  }
  const for_ever = claims({ exp: Math.floor(Date.now() / 1000) + 2 * 86_400 });
  expect(await later.verify(await hs256(for_ever))).toBeUndefined();
});

test('a ledger of a version that knew of tokens alone is read', async () => {
  const until_ms = Date.now() + 60_000;
  writeFileSync(options.ledger, JSON.stringify({ one: { revoked: true, generation: 0, until_ms } }));
  const tokens = await Tokens.load(options);
  expect(await tokens.verify(await hs256(claims()))).toBeUndefined();
  expect(await tokens.verify(await hs256(claims({ jti: 'two' })))).toMatchObject({ user: 'kitchen' });
});

test('the session of a user whom only tokens know outlives a restart: it collects what it may read, for who has a token', async () => {
  const durable = await DurableHouse.start({ tokens: options });
  try {
    const session = { clientId: 'oven', clean: false, properties: { sessionExpiryInterval: 600 } };
    const publish = (topic: string): Promise<void> =>
      durable.broker.publish({ topic, payload: Buffer.from(topic), qos: 1, retain: false });
    const client = durable.client({ version: 5 });
    await client.connect({ ...login(await hs256(claims())), ...session });
    await client.subscribe({ topic: 'kitchen/#', qos: 1, nl: false, rap: false, rh: 0 });
    await durable.crash();
    await publish('kitchen/a');
    await publish('cellar/a');
    await durable.restart();
    await publish('kitchen/b');
    const thief = durable.client({ version: 5 });
    expect((await thief.connect({ ...login('secret'), ...session })).reasonCode).toBe(0x87);
    const back = durable.client({ version: 5 });
    const connack = await back.connect({ ...login(await hs256(claims({ jti: 'two' }))), ...session });
    expect(connack.sessionPresent).toBe(true);
    await back.packet('publish', ({ topic }) => topic === 'kitchen/b');
    expect(back.payloads()).toEqual(['kitchen/a', 'kitchen/b']);
    back.destroy();
    // Without tokens in the config there is no such user.
    await durable.restart({ users: [{ name: 'anna', password, acl }] });
    expect(durable.broker.stats().sessions).toBe(0);
  } finally {
    await durable.remove();
  }
});

test('a user whose rights the config gives loses them with a reload, by token too', async () => {
  const users = [{ name: 'kitchen', password, acl }];
  house = await startBroker({ options: { users, tokens: options } });
  const { acl: _, ...plain } = claims();
  const client = house.client({ version: 5 });
  expect((await client.connect(login(await hs256(plain)))).reasonCode).toBe(0);
  const { listeners } = optionsOf();
  await house.broker.reload(optionsOf({ listeners, users: [{ name: 'other', password, acl }], tokens: options }));
  expect((await client.packet('disconnect')).reasonCode).toBe(0x87);
});

test('a client refreshes its tokens by the bus, and nobody else sees them there, nor on the disk', async () => {
  const everything = [{ filter: '#', access: 'readwrite' }];
  const pinbus = await Pinbus.start({
    config: (port) => ({
      broker: {
        listeners: [{ port }],
        users: [
          { name: 'kitchen', acl },
          { name: 'spy', password, acl: everything },
        ],
        tokens: { issuer: 'porch', keys: [{ algorithm: 'HS256', secret }] },
      },
      bridges: [{ name: 'cloud', url: 'mqtt://127.0.0.1:9', out: [{ filter: '#' }] }],
    }),
  });
  try {
    const { out, exit } = await commandLine(['token', 'issue', 'kitchen', '--json', '-c', pinbus.file]);
    expect(exit).toBe(0);
    const issued = JSON.parse(out) as { access_token: string; refresh_token: string; id: string };
    const spy = new RawClient(pinbus.port);
    await spy.connect({ username: 'spy', password: Buffer.from('secret') });
    await spy.subscribe('#', 'pinbus-auth/kitchen', 'pinbus/v1/porch/call/auth.refresh');
    const client = new RawClient(pinbus.port, { version: 5 });
    expect((await client.connect(login(issued.refresh_token))).reasonCode).toBe(0);
    client.publish('kitchen/oven', 'x', { qos: 1, messageId: 900 });
    expect((await client.packet('puback')).reasonCode).toBe(0x87);
    await client.subscribe({ topic: 'pinbus-auth/kitchen', qos: 1, nl: false, rap: false, rh: 0 });
    client.publish(
      'pinbus/v1/porch/call/auth.refresh',
      JSON.stringify({ refresh_token: issued.refresh_token, reply_to: 'pinbus-auth/kitchen' }),
      { qos: 1, messageId: 901 },
    );
    const answer = await client.packet('publish');
    const { ok, result } = JSON.parse(answer.payload.toString()) as { ok: boolean; result: typeof issued };
    expect(ok).toBe(true);
    const renewed = new RawClient(pinbus.port, { version: 5 });
    expect((await renewed.connect(login(result.access_token))).reasonCode).toBe(0);
    spy.publish('pinbus/v1/porch/call/auth.revoke', JSON.stringify({ token: issued.id, reply_to: 'spy/answer' }));
    expect((await renewed.packet('disconnect')).reasonCode).toBe(0x87);
    await spy.packet('publish', ({ topic }) => topic === 'spy/answer');
    const traces = [
      ...spy.payloads(),
      ...pinbus.program.stdout,
      readFileSync(join(pinbus.folder, 'pinbus.db-wal'), 'latin1'),
      readFileSync(join(pinbus.folder, 'pinbus.db'), 'latin1'),
    ].join('\n');
    for (const { access_token, refresh_token } of [issued, result]) {
      for (const token of [access_token, refresh_token]) expect(traces).not.toContain(token.split('.')[2]);
    }
    for (const each of [spy, client, renewed]) each.destroy();
  } finally {
    await pinbus.dispose();
  }
});
