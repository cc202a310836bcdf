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

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinbus-upstream-'));
  execFileSync('mosquitto_passwd', ['-b', '-c', file('passwords'), 'porch', 'secret'], { stdio: 'ignore' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => cloud?.remove());

async function upstream(more: Partial<UpstreamOptions>): Promise<Upstream> {
  cloud = await Mosquitto.make(['allow_anonymous false', `password_file ${file('passwords')}`]);
  await cloud.start();
  const url = `mqtt://127.0.0.1:${cloud.port}`;
  const keepalive = milliseconds(60_000);
  return new Upstream({ url, failover: [], version: 'auto', client_id: 'porch', keepalive, ...more });
}

test('the right password connects', async () => {
  const link = await (await upstream({ username: 'porch', password: 'secret' })).connect(signal);
  await link.close();
});

test('a wrong password is UPSTREAM_NOT_AUTHORIZED, and is not in the message', async () => {
  const cloud = await upstream({ username: 'porch', password: 'hunter2' });
  const failure = cloud.connect(signal);
  await expect(failure).rejects.toMatchObject({ code: 'UPSTREAM_NOT_AUTHORIZED' });
  await expect(failure).rejects.not.toThrow('hunter2');
});
