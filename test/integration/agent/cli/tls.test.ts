import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../../rigs/command-line.ts';
import { Pinbus } from '../../../rigs/pinbus.ts';

let folder: string;
let pinbus: Pinbus;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pinbus-test-'));
  const subject = ['-subj', '/CN=porch', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem'];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', 'cert.pem', ...subject], { cwd: folder, stdio: 'ignore' });
  const tls = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  pinbus = await Pinbus.start({ config: (port) => ({ broker: { listeners: [{ port, tls }] } }) });
});

afterAll(async () => {
  await pinbus.dispose();
  rmSync(folder, { recursive: true });
});

const url = () => `mqtts://127.0.0.1:${pinbus.port}`;

test('a certificate that nobody known signed is not trusted, and the message says what to give', async () => {
  const { exit, err } = await commandLine(['pub', '--url', url(), 'a', 'b']);
  expect(exit).toBe(69);
  expect(err).toMatch(/no trusted connection to mqtts:.*self-signed certificate[^]*--ca FILE/);
});

test('with the authority that is given it is trusted', async () => {
  expect(await commandLine(['pub', '--url', url(), '--ca', 'cert.pem', 'a', 'b'], { cwd: folder })).toMatchObject({
    exit: 0,
  });
});

test('the certificate that the config names is trusted by itself', async () => {
  expect((await commandLine(['call', 'info', '-c', pinbus.file])).out).toContain('name: Porch Pi');
});
