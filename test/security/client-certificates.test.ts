import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { hashPassword, type TlsOptions } from '#broker';
import { Certificates, type PemPair } from '../rigs/certificates.ts';
import { type EmbeddedBroker, optionsOf, startBroker } from '../rigs/embedded-broker.ts';
import { freePort } from '../rigs/free-port.ts';
import { RawClient } from '../rigs/raw-client.ts';
import { until } from '../rigs/until.ts';

const DAY_MS = 86_400_000;
const HOST = '127.0.0.1';

let pem: Certificates;
let authority: PemPair;
let server: PemPair;
let house: EmbeddedBroker | undefined;
const clients: RawClient[] = [];

beforeAll(() => {
  pem = new Certificates();
  authority = pem.selfSigned('authority', 900);
  server = pem.signedBy(authority, 'porch', { address: 'IP:127.0.0.1', days: 900 });
});
afterEach(async () => {
  vi.useRealTimers();
  for (const client of clients.splice(0)) client.destroy();
  await house?.stop();
  house = undefined;
});
afterAll(() => pem.dispose());

const listening = (tls: Partial<TlsOptions>, port = 0) => [
  { host: HOST, port, tls: { ...server, ca: authority.cert, ...tls } },
];

function holder({ cert, key }: PemPair): RawClient {
  const port = house?.broker.addresses()[0]?.port ?? 0;
  const tls = { cert: readFileSync(cert), key: readFileSync(key), rejectUnauthorized: false };
  const client = new RawClient(port, { version: 5, tls });
  clients.push(client);
  return client;
}

test('a client certificate that expires ends its connection, and no other', async () => {
  house = await startBroker({ options: { listeners: listening({}) } });
  const brief = holder(pem.signedBy(authority, 'brief', { days: 10 }));
  const long = holder(pem.signedBy(authority, 'long', { days: 40 }));
  await brief.connect();
  await long.connect();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 9 * DAY_MS });
  await brief.settled();
  vi.setSystemTime(Date.now() + 2 * DAY_MS);
  expect((await brief.packet('disconnect')).reasonCode).toBe(0x87);
  await long.settled();
});

test('a certificate on a revocation list does not come in, and goes with a reload; others are not disturbed', async () => {
  const crl = pem.file('authority.crl');
  const [first, second, third] = ['first', 'second', 'third'].map((name) => pem.signedBy(authority, name));
  if (first === undefined || second === undefined || third === undefined) throw new Error('three certificates');
  const revoke = (...pairs: readonly PemPair[]): void => writeFileSync(crl, pem.revocationList(authority, pairs));
  revoke(third);
  const listeners = listening({ crl });
  house = await startBroker({ options: { listeners } });
  const [one, two] = [holder(first), holder(second)];
  await one.connect();
  await two.connect();
  // In TLS 1.3 a client hears of it after its side of the handshake.
  const refused = holder(third);
  await refused.open().catch(() => undefined);
  await refused.closing();
  revoke(third, first);
  await house.broker.reload(optionsOf({ listeners }));
  expect((await one.packet('disconnect')).reasonCode).toBe(0x98);
  await two.settled();
  const again = holder(first);
  await again.open().catch(() => undefined);
  await again.closing();
});

test('a revocation list that is none is refused, and the one of before goes on', async () => {
  const crl = pem.file('broken.crl');
  writeFileSync(crl, pem.revocationList(authority, []));
  const listeners = listening({ crl });
  house = await startBroker({ options: { listeners } });
  const forger = new Certificates();
  const forged = forger.revocationList(forger.selfSigned('authority'), []);
  forger.dispose();
  for (const text of [
    '',
    forged,
    readFileSync(authority.cert),
    '-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n',
  ]) {
    writeFileSync(crl, text);
    await expect(house.broker.reload(optionsOf({ listeners }))).rejects.toMatchObject({
      code: 'BROKER_CERTIFICATE_INVALID',
    });
  }
  expect((await holder(pem.signedBy(authority, 'kitchen')).connect()).reasonCode).toBe(0);
});

test('a listener that takes no users from certificates any more ends the connections of those that it took', async () => {
  const port = await freePort();
  const password = await hashPassword('secret');
  const users = [{ name: 'kitchen', password, acl: [{ template: 'device' }] as const }];
  const as = (user_from_certificate: boolean) =>
    optionsOf({ listeners: listening({ user_from_certificate }, port), users });
  house = await startBroker({ options: as(true) });
  const kitchen = pem.signedBy(authority, 'kitchen');
  const client = holder(kitchen);
  expect((await client.connect()).reasonCode).toBe(0);
  await house.broker.reload(as(true));
  await client.settled();
  await house.broker.reload(as(false));
  expect((await client.packet('disconnect')).reasonCode).toBe(0x98);
  expect((await holder(kitchen).connect()).reasonCode).toBe(0x87);
  const named = holder(kitchen);
  await named.connect({ username: 'kitchen', password: Buffer.from('secret') });
  await until('it is in', () => house?.broker.clients().length === 1);
});
