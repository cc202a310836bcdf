import { createServer, type TLSSocket } from 'node:tls';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Upstream, type UpstreamOptions } from '../../../src/broker/upstream/upstream.ts';
import { milliseconds } from '../../../src/topics/index.ts';
import { Certificates, type PemPair } from '../../rigs/certificates.ts';
import { startBroker } from '../../rigs/embedded-broker.ts';
import { Mosquitto } from '../../rigs/mosquitto.ts';
import { until } from '../../rigs/until.ts';

const { signal } = new AbortController();
const pem = new Certificates();
const loopback = { address: 'IP:127.0.0.1' };
let ours: PemPair;
let theirs: PemPair;
let stranger: PemPair;
let server: PemPair;
let porch: PemPair;
let cloud: Mosquitto | undefined;

beforeAll(() => {
  ours = pem.selfSigned('ours');
  theirs = pem.selfSigned('theirs');
  stranger = pem.signedBy(theirs, 'stranger');
  server = pem.signedBy(ours, 'server', loopback);
  porch = pem.signedBy(ours, 'porch');
});
afterAll(() => pem.dispose());
afterEach(() => cloud?.remove());

/** A mosquitto with this certificate that lets in whom our authority signed. */
async function upstream(shown: PemPair, more: Partial<UpstreamOptions>): Promise<Upstream> {
  const tls = [`certfile ${shown.cert}`, `keyfile ${shown.key}`, `cafile ${ours.cert}`, 'require_certificate true'];
  cloud = await Mosquitto.make(tls);
  await cloud.start();
  return at(`mqtts://127.0.0.1:${cloud.port}`, more);
}

const at = (url: string, more: Partial<UpstreamOptions>): Upstream =>
  new Upstream({ url, failover: [], version: 'auto', client_id: 'porch', keepalive: milliseconds(60_000), ...more });

test('mqtts with the right authority and a certificate of its own connects', async () => {
  const link = await (await upstream(server, { ca: ours.cert, ...porch })).connect(signal);
  expect(link.protocol).toBe(5);
  await link.close();
});

test.each(['ws', 'wss'])('%s connects', async (scheme) => {
  const tls = scheme === 'ws' ? {} : { tls: { ...server, ca: ours.cert } };
  const other = await startBroker({
    options: { listeners: [{ host: '127.0.0.1', port: 0, websocket: true, ...tls }] },
  });
  const link = await at(`${scheme}://127.0.0.1:${other.port}/mqtt`, { ca: ours.cert, ...porch }).connect(signal);
  await link.publish({ topic: 'a', payload: Buffer.from('b'), qos: 1, retain: false }, 1, []);
  await link.close();
  await other.stop();
});

test.each([
  ['another authority', 'UPSTREAM_CERTIFICATE_UNTRUSTED', () => server, () => ({ ca: theirs.cert, ...porch })],
  ['the public authorities alone', 'UPSTREAM_CERTIFICATE_UNTRUSTED', () => server, () => porch],
  [
    'a certificate for another host',
    'UPSTREAM_CERTIFICATE_HOST',
    () => pem.signedBy(ours, 'elsewhere', { address: 'DNS:elsewhere.example' }),
    () => ({ ca: ours.cert, ...porch }),
  ],
  [
    'a certificate that has expired',
    'UPSTREAM_CERTIFICATE_EXPIRED',
    () => pem.signedBy(ours, 'old', { ...loopback, days: -1 }),
    () => ({ ca: ours.cert, ...porch }),
  ],
  ['no certificate of ours', 'UPSTREAM_CLIENT_CERTIFICATE', () => server, () => ({ ca: ours.cert })],
  [
    'one of ours that its authority did not sign',
    'UPSTREAM_CLIENT_CERTIFICATE',
    () => server,
    () => ({ ca: ours.cert, ...stranger }),
  ],
  [
    'one of ours that has expired',
    'UPSTREAM_CLIENT_CERTIFICATE',
    () => server,
    () => ({ ca: ours.cert, ...pem.signedBy(ours, 'old porch', { days: -1 }) }),
  ],
  [
    'the key of another certificate',
    'UPSTREAM_TLS',
    () => server,
    () => ({ ca: ours.cert, cert: porch.cert, key: stranger.key }),
  ],
  ['an authority that is not there', 'UPSTREAM_TLS', () => server, () => ({ ca: pem.file('absent.pem') })],
])('%s is %s', async (_what, code, shown, more) => {
  const connecting = (await upstream(shown(), more())).connect(signal);
  await expect(connecting).rejects.toMatchObject({ code, retryable: true, remedy: expect.any(String) });
});

test('asks for the application protocol that the config names', async () => {
  const sockets: TLSSocket[] = [];
  const options = {
    cert: readFileSync(server.cert),
    key: readFileSync(server.key),
    ALPNProtocols: ['http/1.1', 'mqtt'],
  };
  const listener = createServer(options, (socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  const giveUp = new AbortController();
  const connecting = at(`mqtts://127.0.0.1:${port}`, { ca: ours.cert, alpn: 'mqtt' }).connect(giveUp.signal);
  await until('the handshake', () => sockets.length > 0);
  expect(sockets[0]?.alpnProtocol).toBe('mqtt');
  giveUp.abort(new Error('enough'));
  await expect(connecting).rejects.toThrow('enough');
  for (const socket of sockets) socket.destroy();
  listener.close();
});
