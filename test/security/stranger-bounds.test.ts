import { afterEach, expect, test } from 'vitest';
import { milliseconds } from '#topics';
import { Certificates } from '../rigs/certificates.ts';
import { type EmbeddedBroker, LIMITS_AS_CONFIGURED, startBroker } from '../rigs/embedded-broker.ts';
import { until } from '../rigs/until.ts';

let house: EmbeddedBroker;
afterEach(() => house?.stop());

const withLimits = async (limits: Partial<typeof LIMITS_AS_CONFIGURED>): Promise<void> => {
  house = await startBroker({ options: { limits: { ...LIMITS_AS_CONFIGURED, ...limits } } });
};

test.each([{ connections: 3 }, { connections_per_address: 3 }])(
  'one connection more than %j is told so: 0x97, 3 before MQTT 5, and room comes back',
  async (limits) => {
    await withLimits(limits);
    const inside = [house.client(), house.client(), house.client()];
    for (const client of inside) expect((await client.connect()).returnCode).toBe(0);
    const five = house.client({ version: 5 });
    expect((await five.connect()).reasonCode).toBe(0x97);
    await five.closing();
    const four = house.client();
    expect((await four.connect()).returnCode).toBe(3);
    await four.closing();
    inside[0]?.destroy();
    await until('room', () => house.broker.clients().length === 2);
    expect((await house.client().connect()).returnCode).toBe(0);
  },
);

test('a flood of connections beyond the bound is closed without a word', async () => {
  await withLimits({ connections_per_address: 1 });
  const flood = Array.from({ length: 60 }, () => house.client());
  await Promise.all(flood.map((client) => client.open()));
  await until('most are closed', () => flood.filter(({ closed }) => closed).length >= 60 - 33);
  expect(flood.filter(({ closed }) => !closed).length).toBeGreaterThan(0);
});

test.each(['TLS', 'WebSocket'])(
  'a flood of %s handshakes that go on for ever is bounded by address too',
  async (how) => {
    const pem = new Certificates();
    try {
      const way = how === 'TLS' ? { tls: pem.selfSigned('porch') } : { websocket: true };
      const listeners = [{ host: '127.0.0.1', port: 0, ...way }];
      house = await startBroker({
        options: { listeners, limits: { ...LIMITS_AS_CONFIGURED, connections_per_address: 1 } },
      });
      const flood = Array.from({ length: 100 }, () => house.client());
      await Promise.all(flood.map((socket) => socket.open()));
      await until('35 are closed', () => flood.filter(({ closed }) => closed).length === 35);
      for (const socket of flood) socket.destroy();
      await until('all are gone', () => flood.every(({ closed }) => closed));
      // They hold no place any longer.
      const enters = async (): Promise<boolean> => {
        const secure = how === 'TLS' && { tls: { rejectUnauthorized: false } };
        const next = house.client({ ...secure });
        const opened = await next.open().then(
          () => true,
          () => false,
        );
        if (how === 'TLS') return opened;
        next.send(Buffer.from('GET / HTTP/1.1\r\nHost: porch\r\n\r\n'));
        await until('an answer or the end', () => next.closed || next.bytes.length > 0);
        return next.bytes.length > 0;
      };
      await until('room', enters);
    } finally {
      pem.dispose();
    }
  },
);

test('whoever does not say who it is goes after the connect timeout', async () => {
  await withLimits({ connect_timeout: milliseconds(100) });
  const silent = await house.client().open();
  await silent.closing();
  const halfway = await house.client().open();
  halfway.send(Buffer.from('100d0004', 'hex'));
  await halfway.closing();
});

test('a CONNECT is bounded more tightly than what a known client sends', async () => {
  await withLimits({});
  const stranger = await house.client().open();
  stranger.send(Buffer.from('1080808001', 'hex'));
  await stranger.closing();
});

test('strangers may send 32 MiB all together, and whoever says who it is in few words comes in all the same', async () => {
  await withLimits({});
  const flood = Array.from({ length: 120 }, () => house.client());
  await Promise.all(flood.map((client) => client.open()));
  // Of a CONNECT of 384 KiB all but the last bytes.
  const most = Buffer.concat([Buffer.from('10808018', 'hex'), Buffer.alloc(393_000)]);
  for (const client of flood) client.send(most);
  await until('some are cut off', () => flood.filter(({ closed }) => closed).length >= 120 - 86);
  expect(flood.filter(({ closed }) => !closed).length).toBeGreaterThan(60);
  expect((await house.client().connect()).returnCode).toBe(0);
  for (const client of flood) client.destroy();
  const will = { topic: 'a', payload: Buffer.alloc(60_000), qos: 0, retain: false } as const;
  await until('room', async () => {
    const large = house.client();
    await large.open();
    large.send(large.connectPacket({ will }));
    await until('an answer or the end', () => large.closed || large.all('connack').length > 0);
    return !large.closed;
  });
});
