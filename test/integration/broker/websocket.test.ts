import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { generate } from 'mqtt-packet';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { hashPassword } from '#broker';
import { milliseconds } from '#topics';
import { type EmbeddedBroker, LIMITS_AS_CONFIGURED, optionsOf, startBroker } from '../../rigs/embedded-broker.ts';
import { until } from '../../rigs/until.ts';

const listeners = [{ host: '127.0.0.1', port: 0, websocket: true }];
const CONNECT = generate({
  cmd: 'connect',
  clientId: 'raw',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clean: true,
  keepalive: 0,
});

let house: EmbeddedBroker;
const sockets: WebSocket[] = [];
beforeEach(async () => {
  house = await startBroker({ options: optionsOf({ listeners }) });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await house.stop();
});

interface Opened {
  readonly socket: WebSocket;
  /** What came, joined. */
  readonly bytes: () => string;
  readonly closed: () => number | undefined;
}

async function open(headers: Readonly<Record<string, string>> = {}, protocol = 'mqtt'): Promise<Opened> {
  const socket = new WebSocket(`ws://127.0.0.1:${house.port}/mqtt`, protocol, { headers });
  sockets.push(socket);
  let bytes = '';
  let closed: number | undefined;
  socket.on('message', (data: Buffer) => {
    bytes += data.toString('hex');
  });
  socket.on('close', (code) => {
    closed = code;
  });
  await once(socket, 'open');
  return { socket, bytes: () => bytes, closed: () => closed };
}

test.each([4, 5] as const)(
  'npm mqtt publishes and receives over WebSocket, MQTT version %i',
  async (protocolVersion) => {
    const client = await connectAsync(`ws://127.0.0.1:${house.port}`, { protocolVersion, reconnectPeriod: 0 });
    const received: { topic: string; size: number }[] = [];
    client.on('message', (topic, payload) => void received.push({ topic, size: payload.length }));
    await client.subscribeAsync('#', { qos: 2 });
    for (const qos of [0, 1, 2] as const) await client.publishAsync(`qos/${qos}`, 'x', { qos });
    await client.publishAsync('large', Buffer.alloc(1_500_000), { qos: 1 });
    await until('all', () => received.length === 4);
    expect(received.map(({ topic, size }) => `${topic} ${size}`)).toEqual([
      'qos/0 1',
      'qos/1 1',
      'qos/2 1',
      'large 1500000',
    ]);
    await client.endAsync();
  },
);

test('packets may be cut into frames anywhere, and share them [MQTT-6.0.0-2]', async () => {
  const { socket, bytes } = await open();
  for (const byte of CONNECT) socket.send(Buffer.from([byte]));
  await until('CONNACK', () => bytes() === '20020000');
  socket.send(Buffer.concat([Buffer.from('c000', 'hex'), Buffer.from('c000', 'hex')]));
  await until('two PINGRESP', () => bytes() === '20020000d000d000');
});

test('a text frame ends the connection [MQTT-6.0.0-1]', async () => {
  const { socket, closed } = await open();
  socket.send('hello');
  await until('the end', () => closed() === 1003);
});

test('a frame that is larger than any packet ends the connection', async () => {
  const { socket, bytes, closed } = await open();
  socket.send(CONNECT);
  await until('CONNACK', () => bytes() !== '');
  socket.send(Buffer.alloc(5_000_000));
  await until('1009', () => closed() === 1009);
});

test('nobody fills the memory with a large frame before a CONNACK', async () => {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    'sec-websocket-protocol': 'mqtt',
  };
  const [, socket] = (await once(get({ port: house.port, host: '127.0.0.1', headers }), 'upgrade')) as [
    unknown,
    Socket,
  ];
  let closed = false;
  socket.resume();
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
  });
  // The beginning of a masked binary frame of 4,000,000 bytes.
  const head = Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 0x3d, 0x09, 0, 0, 0, 0, 0]);
  socket.write(Buffer.concat([head, Buffer.alloc(1_000_000)]));
  await until('the end', () => closed);
});

test('whoever does not ask for the upgrade goes after the connect timeout, however slowly it talks', async () => {
  const limits = { ...LIMITS_AS_CONFIGURED, connect_timeout: milliseconds(200) };
  await house.broker.reload(optionsOf({ listeners, limits }));
  const socket = connect(house.port, '127.0.0.1');
  let heard = '';
  socket
    .on('error', () => {})
    .on('data', (chunk) => {
      heard += chunk.toString();
    });
  await once(socket, 'connect');
  socket.write('GET /mqtt HTTP/1.1\r\nX-Slow: ');
  const drip = setInterval(() => socket.write('x'), 20);
  await until('it is closed', () => socket.closed).finally(() => clearInterval(drip));
  expect(heard).toBe('');
});

test('whatever asks for no upgrade gets 426 and the end: there is no HTTP here', async () => {
  for (const path of ['/', '/api/health', '/../../etc/passwd']) {
    const [response] = await once(get({ port: house.port, host: '127.0.0.1', path }), 'response');
    expect(response.statusCode).toBe(426);
    expect(response.headers).toMatchObject({ connection: 'close', upgrade: 'websocket' });
    response.resume();
  }
  const socket = connect(house.port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString();
  });
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'close');
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

test('another subprotocol is refused [MQTT-6.0.0-3], and so is a page from elsewhere while nobody needs a password', async () => {
  const status = async (headers: Readonly<Record<string, string>>, protocol = 'mqtt'): Promise<number> => {
    const socket = new WebSocket(`ws://127.0.0.1:${house.port}`, protocol, { headers });
    socket.on('error', () => {});
    sockets.push(socket);
    return Promise.race([
      once(socket, 'unexpected-response').then(([, response]) => response.statusCode),
      once(socket, 'open').then(() => 101),
    ]);
  };
  expect(await status({}, 'chat')).toBe(400);
  expect(await status({ origin: 'https://evil.example' })).toBe(403);
  expect(await status({ origin: 'http://localhost:8123' })).toBe(101);
  const password = await hashPassword('secret');
  await house.broker.reload(optionsOf({ listeners, users: [{ name: 'anna', password, acl: [] }] }));
  expect(await status({ origin: 'https://dashboard.example' })).toBe(101);
});

test('a client that reads nothing loses QoS 0, and costs a fast one nothing', async () => {
  const slow = await open();
  slow.socket.send(CONNECT);
  slow.socket.send(generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'flood', qos: 0 }] }));
  await until('SUBACK', () => slow.bytes() === '200200009003000100');
  slow.socket.pause();
  const fast = await connectAsync(`ws://127.0.0.1:${house.port}`, { reconnectPeriod: 0 });
  let arrived = 0;
  fast.on('message', () => arrived++);
  await fast.subscribeAsync('flood');
  const payload = Buffer.alloc(32_768);
  for (let sent = 1; sent <= 500; sent++) {
    fast.publish('flood', payload);
    if (sent % 10 === 0) await until('what was sent at the fast one', () => arrived === sent);
  }
  expect(house.broker.stats().dropped.slow_client).toBeGreaterThan(100);
  await fast.endAsync();
});

test('over TLS too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pinbus-wss-'));
  try {
    const [cert, key] = [join(folder, 'c.pem'), join(folder, 'k.pem')];
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    execFileSync('openssl', [...args, '-subj', '/CN=porch', '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const tls = { cert, key };
    await house.broker.reload(optionsOf({ listeners: [{ host: '127.0.0.1', port: 0, websocket: true, tls }] }));
    const port = house.broker.addresses()[0]?.port;
    const client = await connectAsync(`wss://127.0.0.1:${port}`, { reconnectPeriod: 0, rejectUnauthorized: false });
    expect(house.broker.clients()).toHaveLength(1);
    await client.endAsync();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
