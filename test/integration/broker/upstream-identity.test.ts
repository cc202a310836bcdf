import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Upstream, type UpstreamOptions } from '../../../src/broker/upstream/upstream.ts';
import { milliseconds } from '../../../src/topics/index.ts';
import { Mosquitto } from '../../rigs/mosquitto.ts';

const { signal } = new AbortController();
let folder: string;
let cloud: Mosquitto | undefined;
const file = (name: string): string => join(folder, name);

/** A certificate that signs itself, for the loopback. */
function certificate(name: string): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file(`${name}.key`)];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...key, ...subject, '-out', file(`${name}.pem`)], { stdio: 'ignore' });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinbus-upstream-'));
  certificate('right');
  certificate('wrong');
  execFileSync('mosquitto_passwd', ['-b', '-c', file('passwords'), 'porch', 'secret'], { stdio: 'ignore' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => cloud?.remove());

async function upstream(lines: readonly string[], more: Partial<UpstreamOptions>, scheme = 'mqtt'): Promise<Upstream> {
  cloud = await Mosquitto.make(lines);
  await cloud.start();
  const url = `${scheme}://127.0.0.1:${cloud.port}`;
  return new Upstream({ url, version: 'auto', client_id: 'porch', keepalive: milliseconds(60_000), ...more });
}
const tls = () => [`certfile ${file('right.pem')}`, `keyfile ${file('right.key')}`];
const users = () => ['allow_anonymous false', `password_file ${file('passwords')}`];

test('TLS with the right authority connects', async () => {
  const link = await (await upstream(tls(), { ca: file('right.pem') }, 'mqtts')).connect(signal);
  expect(link.protocol).toBe(5);
  await link.close();
});

test.each([
  ['another authority', () => ({ ca: file('wrong.pem') })],
  ['no authority of its own', () => ({})],
  ['an authority that is not there', () => ({ ca: file('absent.pem') })],
])('TLS with %s is refused as UPSTREAM_TLS', async (_, more) => {
  const cloud = await upstream(tls(), more(), 'mqtts');
  await expect(cloud.connect(signal)).rejects.toMatchObject({ code: 'UPSTREAM_TLS' });
});

test('the right password connects', async () => {
  const link = await (await upstream(users(), { username: 'porch', password: 'secret' })).connect(signal);
  await link.close();
});

test('a wrong password is UPSTREAM_NOT_AUTHORIZED, and is not in the message', async () => {
  const cloud = await upstream(users(), { username: 'porch', password: 'hunter2' });
  const failure = cloud.connect(signal);
  await expect(failure).rejects.toMatchObject({ code: 'UPSTREAM_NOT_AUTHORIZED' });
  await expect(failure).rejects.not.toThrow('hunter2');
});
