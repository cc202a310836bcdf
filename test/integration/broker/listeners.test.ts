import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { hashPassword } from '#broker';
import { type EmbeddedBroker, optionsOf, startBroker } from '../../rigs/embedded-broker.ts';
import { freePort } from '../../rigs/free-port.ts';
import { until } from '../../rigs/until.ts';

let folder: string;
let house: EmbeddedBroker;
const file = (name: string): string => join(folder, name);

function selfSigned(name: string): { cert: string; key: string } {
  const cert = file(`${name}.pem`);
  const key = file(`${name}.key`);
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'].concat([
      '-subj',
      `/CN=${name}`,
      '-keyout',
      key,
      '-out',
      cert,
    ]),
    { stdio: 'ignore' },
  );
  return { cert, key };
}

let one: { cert: string; key: string };
let two: { cert: string; key: string };
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinbus-tls-'));
  one = selfSigned('one');
  two = selfSigned('two');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  house = await startBroker();
});
afterEach(() => house.stop());

const host = '127.0.0.1';

async function handshake(port: number, client?: { cert: string; key: string }): Promise<TLSSocket> {
  const mine = client && { cert: readFileSync(client.cert), key: readFileSync(client.key) };
  const socket = connectTls({ port, host, rejectUnauthorized: false, ...mine });
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
  });
  return socket;
}

async function connack(socket: TLSSocket): Promise<string> {
  socket.on('error', () => {});
  let got = '';
  let closed = false;
  socket.on('data', (chunk: Buffer) => {
    got += chunk.toString('hex');
  });
  socket.on('close', () => {
    closed = true;
  });
  socket.write(Buffer.from('100d00044d5154540402003c000161', 'hex'));
  await until('CONNACK or the end', () => got !== '' || closed);
  socket.destroy();
  return got;
}

test('a port in use is one sentence with host and port', async () => {
  const options = { listeners: [{ host, port: house.port }] };
  await expect(startBroker({ options })).rejects.toMatchObject({
    code: 'BROKER_PORT_IN_USE',
    message: `port ${house.port} on 127.0.0.1 is in use by another program`,
  });
});

test('an address of another machine, a missing and a broken certificate say so', async () => {
  const user = { name: 'a', password: `scrypt$2$1$1$${'A'.repeat(24)}$${'A'.repeat(44)}`, acl: [] };
  const start = (listener: object): Promise<unknown> =>
    startBroker({ options: { listeners: [{ host, port: 0, ...listener }], users: [user] } });
  await expect(start({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'BROKER_HOST_UNAVAILABLE' });
  const missing = start({ tls: { ...one, cert: file('none.pem') } });
  await expect(missing).rejects.toMatchObject({ code: 'BROKER_CERTIFICATE_UNREADABLE' });
  const other = start({ tls: { cert: one.cert, key: two.key } });
  await expect(other).rejects.toMatchObject({ code: 'BROKER_CERTIFICATE_INVALID' });
});

test('a start that fails at its second listener leaves none behind', async () => {
  const listeners = [
    { host, port: 0 },
    { host, port: house.port },
  ];
  await expect(startBroker({ options: { listeners } })).rejects.toMatchObject({ code: 'BROKER_PORT_IN_USE' });
  const again = house.client();
  expect((await again.connect()).returnCode).toBe(0);
});

test('TLS clients come in beside TCP ones, and a reload gives the next a renewed certificate', async () => {
  const tls = { cert: file('live.pem'), key: file('live.key') };
  const install = ({ cert, key }: typeof one): void => {
    execFileSync('cp', [cert, tls.cert]);
    execFileSync('cp', [key, tls.key]);
  };
  install(one);
  const listeners = [
    { host, port: 0 },
    { host, port: 0, tls },
  ];
  const secured = await startBroker({ options: { listeners } });
  try {
    const port = secured.broker.addresses()[1]?.port ?? 0;
    expect(secured.broker.addresses()[1]?.tls).toBe(true);
    const first = await handshake(port);
    expect(first.getPeerCertificate().subject.CN).toBe('one');
    expect(await connack(first)).toBe('20020000');
    install(two);
    await secured.broker.reload(optionsOf({ listeners, users: [] }));
    const second = await handshake(port);
    expect(second.getPeerCertificate().subject.CN).toBe('two');
    second.destroy();
  } finally {
    await secured.stop();
  }
});

test('with a "ca" only clients with a certificate of it come in', async () => {
  const listeners = [{ host, port: 0, tls: { ...one, ca: two.cert } }];
  const mutual = await startBroker({ options: { listeners } });
  try {
    expect(await connack(await handshake(mutual.port, two))).toBe('20020000');
    const stranger = await handshake(mutual.port).catch(() => undefined);
    expect(stranger && (await connack(stranger))).toBeFalsy();
  } finally {
    await mutual.stop();
  }
});

test('a reload opens and closes listeners, and the clients of the others stay', async () => {
  const stays = house.client();
  await stays.connect();
  const here = { host, port: 0 };
  const there = { host: 'localhost', port: 0 };
  await house.broker.reload(optionsOf({ listeners: [here, there], users: [] }));
  expect(house.broker.addresses()).toHaveLength(2);
  expect(house.broker.addresses()[0]?.port).toBe(house.port);
  await house.broker.reload(optionsOf({ listeners: [there], users: [] }));
  await stays.closing();
  expect(house.broker.addresses()).toHaveLength(1);
});

test('a reload puts TLS on a port and takes it off again, and who came in without it goes', async () => {
  await house.stop();
  const plain = { host, port: await freePort() };
  house = await startBroker({ options: { listeners: [plain] } });
  const client = house.client({ version: 5 });
  await client.connect();
  const broken = optionsOf({ listeners: [{ ...plain, tls: { cert: one.cert, key: two.key } }] });
  await expect(house.broker.reload(broken)).rejects.toMatchObject({ code: 'BROKER_CERTIFICATE_INVALID' });
  await client.settled();
  await house.broker.reload(optionsOf({ listeners: [{ ...plain, tls: one }] }));
  expect((await client.packet('disconnect')).reasonCode).toBe(0x98);
  expect(house.broker.addresses()).toEqual([{ host, port: house.port, tls: true }]);
  expect(await connack(await handshake(house.port))).toBe('20020000');
  await house.broker.reload(optionsOf({ listeners: [plain] }));
  expect((await house.client().connect()).returnCode).toBe(0);
});

test('a reload that cannot take one certificate takes none of them, and no users', async () => {
  const listeners = [
    { host, port: 0, tls: one },
    { host: 'localhost', port: 0, tls: one },
  ];
  const secured = await startBroker({ options: { listeners } });
  try {
    const tls = [two, { cert: one.cert, key: two.key }] as const;
    const wrong = listeners.map((listener, i) => ({ ...listener, tls: tls[i] ?? one }));
    const reload = secured.broker.reload(optionsOf({ listeners: wrong }));
    await expect(reload).rejects.toMatchObject({ code: 'BROKER_CERTIFICATE_INVALID' });
    const socket = await handshake(secured.port);
    expect(socket.getPeerCertificate().subject.CN).toBe('one');
    expect(await connack(socket)).toBe('20020000');
  } finally {
    await secured.stop();
  }
});

test('a reload takes a port from one address to all, and back when it cannot be had where it is wanted', async () => {
  await house.stop();
  const port = await freePort();
  house = await startBroker({ options: { listeners: [{ host, port }] } });
  const client = house.client({ version: 5 });
  await client.connect();
  const password = await hashPassword('secret');
  const users = [{ name: 'anna', password, acl: [{ template: 'readonly' as const }] }];
  const elsewhere = optionsOf({ listeners: [{ host: '192.0.2.1', port }], users });
  await expect(house.broker.reload(elsewhere)).rejects.toMatchObject({ code: 'BROKER_HOST_UNAVAILABLE' });
  expect((await house.client().connect()).returnCode).toBe(0);
  await client.settled();
  await house.broker.reload(optionsOf({ listeners: [{ host: '0.0.0.0', port }], users }));
  expect(house.broker.addresses()).toEqual([{ host: '0.0.0.0', port, tls: false }]);
  await client.closing();
  const anna = { username: 'anna', password: Buffer.from('secret') };
  expect((await house.client().connect(anna)).returnCode).toBe(0);
});
