import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Certificates, type PemPair } from '../../../rigs/certificates.ts';
import { commandLine } from '../../../rigs/command-line.ts';
import { freePort } from '../../../rigs/free-port.ts';
import { Mosquitto } from '../../../rigs/mosquitto.ts';
import { Pinbus } from '../../../rigs/pinbus.ts';

const pem = new Certificates();
const loopback = { address: 'IP:127.0.0.1' };
let ours: PemPair;
let porch: PemPair;
let cloud: Mosquitto | undefined;
let node: Pinbus | undefined;

beforeAll(() => {
  ours = pem.selfSigned('ours');
  porch = pem.signedBy(ours, 'porch');
});
afterAll(() => pem.dispose());
afterEach(async () => {
  await node?.dispose();
  await cloud?.remove();
});

interface Reported {
  readonly check: string;
  readonly verdict: string;
  readonly message: string;
  readonly remedy?: string;
}

async function upstream(lines: readonly string[] = []): Promise<number> {
  cloud = await Mosquitto.make(lines);
  await cloud.start();
  return cloud.port;
}
const secure = (shown: PemPair): string[] => [
  `certfile ${shown.cert}`,
  `keyfile ${shown.key}`,
  `cafile ${ours.cert}`,
  'require_certificate true',
];

/** What the doctor says of a bridge, without the name. */
async function doctor(
  url: string,
  more: object = {},
): Promise<{ exit: number | null; found: string[]; last: Reported }> {
  const out = [{ filter: 'pinbus/v1/porch/#' }];
  node = await Pinbus.prepare({ config: { node: { id: 'porch' }, bridges: [{ name: 'cloud', url, out, ...more }] } });
  const { exit, out: text } = await commandLine(['doctor', '--json', '-c', node.file]);
  const all = (JSON.parse(text) as Reported[]).filter(({ check }) => check === 'bridge');
  const found = all.map(({ verdict, message }) => `${verdict} ${/^cloud: (\w+): /.exec(message)?.[1]}`);
  const last = all.at(-1);
  if (last === undefined) throw new Error('nothing of the bridge');
  return { exit, found, last };
}

test('goes all the way to an upstream that works, and to its acknowledgement', async () => {
  const { exit, found, last } = await doctor(`mqtt://127.0.0.1:${await upstream()}`);
  expect(found).toEqual(['ok name', 'ok tcp', 'ok connack', 'ok publish']);
  expect(last.message).toMatch(/pinbus\/v1\/porch\/doctor is acknowledged, in \d+ ms$/);
  expect(exit).toBe(0);
});

test('says until when the certificates on both sides are valid', async () => {
  const port = await upstream(secure(pem.signedBy(ours, 'server', loopback)));
  const { found, last } = await doctor(`mqtts://127.0.0.1:${port}`, { ca: ours.cert, ...porch });
  expect(found).toEqual(['ok name', 'ok tcp', 'warn tls', 'warn certificate', 'ok connack', 'ok publish']);
  expect(last.verdict).toBe('ok');
});

test('stops at the name when there is none', async () => {
  const { exit, found, last } = await doctor('mqtt://nowhere.invalid');
  expect(found).toEqual(['fail name']);
  expect(last.remedy).toContain('"url"');
  expect(exit).not.toBe(0);
});

test('stops at TCP when nobody listens', async () => {
  const { found, last } = await doctor(`mqtt://127.0.0.1:${await freePort()}`);
  expect(found).toEqual(['ok name', 'fail tcp']);
  expect(last.message).toContain('ECONNREFUSED');
});

test('stops at TLS for a certificate that has expired, and says when', async () => {
  const port = await upstream(secure(pem.signedBy(ours, 'old', { ...loopback, days: -1 })));
  const { found, last } = await doctor(`mqtts://127.0.0.1:${port}`, { ca: ours.cert, ...porch });
  expect(found).toEqual(['ok name', 'ok tcp', 'fail tls']);
  expect(last.message).toMatch(/valid from .* to .* GMT: CERT_HAS_EXPIRED/);
  expect(last.remedy).toContain('clock');
});

test('stops at CONNACK where a certificate of ours is wanted, and says what to give', async () => {
  const port = await upstream(secure(pem.signedBy(ours, 'server', loopback)));
  const { found, last } = await doctor(`mqtts://127.0.0.1:${port}`, { ca: ours.cert });
  expect(found).toEqual(['ok name', 'ok tcp', 'warn tls', 'fail connack']);
  expect(last.remedy).toContain('"cert"');
});

test('an address that fails is a warning as long as another one works', async () => {
  const standby = `mqtt://127.0.0.1:${await upstream()}`;
  const { exit, found } = await doctor(`mqtt://127.0.0.1:${await freePort()}`, { failover: [standby] });
  expect(found).toEqual(['ok name', 'warn tcp', 'ok name', 'ok tcp', 'ok connack', 'ok publish']);
  expect(exit).toBe(0);
});
