import { readFileSync, writeFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { hashPassword } from '#broker';
import { Access } from '../../src/broker/access/access.ts';
import { Derivations } from '../../src/broker/access/derivations.ts';
import { addressKey, LoginFailures } from '../../src/broker/access/login-failures.ts';
import { Certificates, type PemPair } from '../rigs/certificates.ts';
import { type EmbeddedBroker, optionsOf, startBroker } from '../rigs/embedded-broker.ts';
import { RawClient } from '../rigs/raw-client.ts';
import { until } from '../rigs/until.ts';

const pem = new Certificates();
let house: EmbeddedBroker | undefined;
let password: string;
let authority: PemPair;
let server: PemPair;
beforeAll(async () => {
  password = await hashPassword('secret');
  authority = pem.selfSigned('home');
  server = pem.signedBy(authority, 'localhost');
});
afterEach(async () => {
  await house?.stop();
  house = undefined;
});
afterAll(() => pem.dispose());

test('failed logins cost more and more time, by address and by user, and are forgiven', () => {
  const failures = new LoginFailures();
  const keys = [addressKey('192.0.2.7'), 'user anna'];
  const waits: number[] = [];
  for (let i = 0; i < 10; i++) {
    waits.push(failures.wait_ms(keys, 0));
    failures.failed(keys, 0);
  }
  expect(waits).toEqual([0, 0, 0, 250, 500, 1_000, 2_000, 4_000, 8_000, 8_000]);
  expect(failures.wait_ms([addressKey('192.0.2.7'), 'user berta'], 0)).toBe(8_000);
  expect(failures.wait_ms([addressKey('192.0.2.8'), 'user anna'], 0)).toBe(8_000);
  expect(failures.wait_ms([addressKey('192.0.2.8'), 'user berta'], 0)).toBe(0);
  expect(failures.wait_ms(keys, 8 * 60_000)).toBe(0);
});

test('the neighbours of an IPv6 address count as it, and an IPv4 address is itself however it is written', () => {
  expect(addressKey('2001:db8:1:2:a::1')).toBe(addressKey('2001:db8:1:2:b::2'));
  expect(addressKey('::ffff:192.0.2.1')).toBe(addressKey('192.0.2.1'));
  expect(addressKey('192.0.2.1')).not.toBe(addressKey('192.0.2.2'));
});

test('what is remembered of failures is bounded', () => {
  const failures = new LoginFailures();
  for (let i = 0; i < 20_000; i++) failures.failed([`user ${i}`], i);
  expect(failures.size).toBe(4_096);
});

test('a wrong password waits longer and longer; the right one of a client that was in before does not', async () => {
  const access = new Access();
  await access.configure({ users: [{ name: 'anna', password, acl: [] }] });
  const login = (word: string) =>
    access.authenticate({
      username: 'anna',
      password: Buffer.from(word),
      certificate: undefined,
      address: '192.0.2.1',
    });
  expect(await login('secret')).toMatchObject({ user: 'anna' });
  for (let i = 0; i < 4; i++) expect(await login('wrong')).toBeUndefined();
  const began = performance.now();
  expect(await login('wrong')).toBeUndefined();
  expect(performance.now() - began).toBeGreaterThan(450);
  let waited = false;
  const waiting = login('wrong').then(() => {
    waited = true;
  });
  for (let i = 0; i < 3; i++) expect(await login('secret')).toMatchObject({ user: 'anna' });
  expect(waited).toBe(false);
  await waiting;
});

test('a flood of logins derives two at a time, and what would wait too long is not let in', async () => {
  const derivations = new Derivations();
  let running = 0;
  let most = 0;
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, () =>
      derivations.run(async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        return true;
      }),
    ),
  );
  expect(most).toBe(2);
  expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(34);
});

test('a client certificate says who it is, with no password; a user without a password comes in by no other way', async () => {
  const shown = (name: string): ConnectionOptions => {
    const { cert, key } = pem.signedBy(authority, name);
    return { cert: readFileSync(cert), key: readFileSync(key), rejectUnauthorized: false };
  };
  const tls = { ...server, ca: authority.cert, user_from_certificate: true };
  const host = '127.0.0.1';
  const users = [{ name: 'kitchen', acl: [{ template: 'device' }] as const }];
  house = await startBroker({
    options: {
      listeners: [
        { host, port: 0, tls },
        { host, port: 0 },
      ],
      users,
    },
  });
  const { broker } = house;
  const [secure, plain] = broker.addresses();
  const come = (name: string): RawClient => new RawClient(secure?.port ?? 0, { tls: shown(name) });
  const kitchen = come('kitchen');
  expect((await kitchen.connect()).returnCode).toBe(0);
  expect(broker.clients()[0]?.user).toBe('kitchen');
  expect((await come('stranger').connect()).returnCode).toBe(5);
  const other = new RawClient(plain?.port ?? 0);
  expect((await other.connect({ username: 'kitchen', password: Buffer.from('') })).returnCode).toBe(5);
  await broker.reload(optionsOf({ listeners: [{ host, port: 0, tls }], users: [{ name: 'cellar', acl: [] }] }));
  await until('the user that is gone is cut off', () => kitchen.closed);
});

test('who has a certificate of an authority that a reload takes away goes; a further authority disturbs nobody', async () => {
  const other = pem.selfSigned('other');
  const ca = pem.file('authorities.crt');
  const listeners = [{ host: '127.0.0.1', port: 0, tls: { ...server, ca } }];
  const trust = (...authorities: readonly PemPair[]): void =>
    writeFileSync(ca, authorities.map(({ cert }) => readFileSync(cert, 'utf8')).join(''));
  trust(authority);
  const { broker, port } = (house = await startBroker({ options: { listeners } }));
  const come = async (from: PemPair): Promise<RawClient> => {
    const { cert, key } = pem.signedBy(from, 'kitchen');
    const tls = { cert: readFileSync(cert), key: readFileSync(key), rejectUnauthorized: false };
    const client = new RawClient(port, { version: 5, tls });
    await client.connect();
    return client;
  };
  const first = await come(authority);
  trust(authority, other);
  await broker.reload(optionsOf({ listeners }));
  const second = await come(other);
  await first.settled();
  trust(other);
  await broker.reload(optionsOf({ listeners }));
  expect((await first.packet('disconnect')).reasonCode).toBe(0x98);
  await second.settled();
  second.destroy();
});

test('a certificate that is about to expire is told of, and one that is not is not', async () => {
  const tls = pem.selfSigned('brief', 20);
  const listeners = [
    { host: '127.0.0.1', port: 0, tls },
    { host: '127.0.0.1', port: 0, tls: pem.selfSigned('long', 60) },
  ];
  house = await startBroker({ options: { listeners } });
  const told = house.log.filter(({ msg }) => msg.includes('about to expire'));
  expect(told).toMatchObject([{ cert: tls.cert, days: 19 }]);
});

test('TLS older than 1.2 is refused', async () => {
  house = await startBroker({ options: { listeners: [{ host: '127.0.0.1', port: 0, tls: server }] } });
  const ciphers = 'DEFAULT@SECLEVEL=0';
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers, rejectUnauthorized: false } as const;
  await expect(house.client({ tls: old }).open()).rejects.toThrow(/version|protocol/i);
  const current = house.client({ tls: { maxVersion: 'TLSv1.2', rejectUnauthorized: false } });
  expect((await current.connect()).returnCode).toBe(0);
});
