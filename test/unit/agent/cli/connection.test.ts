import { expect, test } from 'vitest';
import { checkUrl, listenerEndpoint } from '../../../../src/agent/cli/connection.ts';

const endpoint = (...listeners: { host: string; port: number; tls?: { cert: string; key: string } }[]) =>
  listenerEndpoint({ broker: { listeners } });

test('a listener on every address is reached by the loopback', () => {
  expect(endpoint({ host: '0.0.0.0', port: 1883 }).url).toBe('mqtt://127.0.0.1:1883');
  expect(endpoint({ host: '::', port: 1883 }).url).toBe('mqtt://[::1]:1883');
});

test('a listener without TLS is preferred, wherever it stands', () => {
  const tls = { host: '0.0.0.0', port: 8883, tls: { cert: 'c.pem', key: 'k.pem' } };
  expect(endpoint(tls, { host: '127.0.0.1', port: 1884 })).toEqual({ url: 'mqtt://127.0.0.1:1884', ca: undefined });
});

test('where all have TLS, the certificate itself is what is trusted', () => {
  const tls = { host: '127.0.0.1', port: 8883, tls: { cert: 'c.pem', key: 'k.pem' } };
  expect(endpoint(tls)).toEqual({ url: 'mqtts://127.0.0.1:8883', ca: 'c.pem' });
});

test.each(['porch.local', 'http://porch.local', 'mqtt://', 'ws://porch'])('%s is no URL of a broker', (url) => {
  expect(() => checkUrl(url)).toThrow(/mqtt:\/\/HOST/);
});
