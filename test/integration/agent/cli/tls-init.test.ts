import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../../rigs/command-line.ts';
import { Pinbus } from '../../../rigs/pinbus.ts';
import { RawClient } from '../../../rigs/raw-client.ts';
import { until } from '../../../rigs/until.ts';

let folder: string;
let pinbus: Pinbus | undefined;
const file = (name: string): string => join(folder, 'tls', name);
const certificate = (name: string): X509Certificate => new X509Certificate(readFileSync(file(name)));
const days = ({ validFrom, validTo }: X509Certificate): number =>
  (Date.parse(validTo) - Date.parse(validFrom)) / 86_400_000;
const text = (name: string): string =>
  execFileSync('openssl', ['x509', '-in', file(name), '-noout', '-text'], { encoding: 'utf8' });
const tls = (...args: string[]) => commandLine(['tls', ...args], { cwd: folder });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pinbus-test-'));
  expect(await tls('init', '--host', 'localhost', '--host', '127.0.0.1')).toMatchObject({ exit: 0 });
});
afterEach(async () => {
  await pinbus?.dispose();
  pinbus = undefined;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an authority that signs, and a server certificate that phones take', () => {
  execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', file('ca.crt'), file('server.crt')]);
  expect(certificate('ca.crt').ca).toBe(true);
  expect(text('ca.crt')).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
  const server = certificate('server.crt');
  expect(server.ca).toBe(false);
  expect(server.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1');
  expect(days(server)).toBeLessThanOrEqual(825);
  expect(text('server.crt')).toMatch(/TLS Web Server Authentication/);
  expect(server.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
});

test('keys are readable by their owner alone, and nothing that is there is written over', async () => {
  for (const key of ['ca.key', 'server.key']) expect(statSync(file(key)).mode & 0o777).toBe(0o600);
  const before = readFileSync(file('server.key'), 'utf8');
  expect(await tls('init')).toMatchObject({ exit: 73 });
  expect(readFileSync(file('server.key'), 'utf8')).toBe(before);
});

test.each([
  ['init', '--host', 'a\nbasicConstraints = CA:TRUE'],
  ['init', '--host', 'x.local, DNS:bank.example'],
  ['client', '../server'],
  ['client', 'ca'],
  ['client', 'a b'],
])('%s %s %s is refused', async (...args) => {
  expect(await tls(...args)).toMatchObject({ exit: 64 });
});

test('a client comes in by its certificate, and a renewed server certificate is taken while it stays', async () => {
  expect(await tls('client', 'kitchen')).toMatchObject({ exit: 0 });
  const listener = {
    cert: file('server.crt'),
    key: file('server.key'),
    ca: file('ca.crt'),
    user_from_certificate: true,
  };
  const users = [{ name: 'kitchen', acl: [{ template: 'device' }] }];
  pinbus = await Pinbus.start({ config: (port) => ({ broker: { listeners: [{ port, tls: listener }], users } }) });
  const shown = {
    cert: readFileSync(file('kitchen.crt')),
    key: readFileSync(file('kitchen.key')),
    ca: readFileSync(file('ca.crt')),
  };
  const stays = new RawClient(pinbus.port, { tls: shown });
  expect((await stays.connect()).returnCode).toBe(0);
  await stays.subscribe('kitchen/#');
  const old = certificate('server.crt').fingerprint256;
  expect((await tls('renew')).out).toMatch(/^for localhost, 127\.0\.0\.1$/m);
  expect(certificate('server.crt').subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1');
  pinbus.program.signal('SIGHUP');
  await pinbus.logged('the reload', ({ applied }) => Array.isArray(applied) && applied.includes('certificates'));
  const next = new RawClient(pinbus.port, { tls: shown });
  expect((await next.connect()).returnCode).toBe(0);
  expect(next.peerCertificate?.fingerprint256).toBe(certificate('server.crt').fingerprint256);
  expect(next.peerCertificate?.fingerprint256).not.toBe(old);
  next.publish('kitchen/oven', 'hot');
  await until('the first one is there still', () => stays.payloads().includes('hot'));
  for (const client of [stays, next]) client.destroy();
});

test('a renewed certificate that is broken is refused, and the old one goes on', async () => {
  const config = (port: number) => ({
    broker: { listeners: [{ port, tls: { cert: join(folder, 'live.crt'), key: join(folder, 'live.key') } }] },
  });
  const install = (cert: string, key: string): void => {
    execFileSync('cp', [file(cert), join(folder, 'live.crt')]);
    execFileSync('cp', [file(key), join(folder, 'live.key')]);
  };
  install('server.crt', 'server.key');
  pinbus = await Pinbus.start({ config });
  install('server.crt', 'ca.key');
  pinbus.program.signal('SIGHUP');
  await pinbus.logged('the refusal', ({ err }) => JSON.stringify(err ?? '').includes('BROKER_CERTIFICATE_INVALID'));
  const client = new RawClient(pinbus.port, { tls: { ca: readFileSync(file('ca.crt')) } });
  expect((await client.connect()).returnCode).toBe(0);
  client.destroy();
});

test('doctor says for how long a certificate is valid', async () => {
  const prepared = await Pinbus.prepare({
    config: (port) => ({
      broker: { listeners: [{ port, tls: { cert: file('server.crt'), key: file('server.key') } }] },
    }),
  });
  const { out } = await commandLine(['doctor', '-c', prepared.file, '--json']);
  const findings = JSON.parse(out) as { check: string; message: string }[];
  expect(findings.find(({ check }) => check === 'certificate')?.message).toMatch(/valid for 8\d\d days/);
  await prepared.dispose();
});
