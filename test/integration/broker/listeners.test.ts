import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EmbeddedBroker, optionsOf, startBroker } from '../../rigs/embedded-broker.ts';
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
