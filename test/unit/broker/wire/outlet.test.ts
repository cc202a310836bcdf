import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Outlet } from '../../../../src/broker/wire/outlet.ts';
import { until } from '../../../rigs/until.ts';

let server: Server;
let near: Socket;
let far: Socket;
beforeEach(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  near = connect((server.address() as AddressInfo).port, '127.0.0.1');
  far = await accepted;
  near.on('error', () => {});
  far.on('error', () => {});
});
afterEach(() => {
  near.destroy();
  far.destroy();
  server.close();
});

test('all of a turn is one write, in its order', async () => {
  const got: string[] = [];
  far.on('data', (chunk: Buffer) => got.push(chunk.toString()));
  const outlet = new Outlet(near);
  for (const text of ['a', 'b', 'c']) outlet.send(Buffer.from(text));
  expect(outlet.waiting).toBe(3);
  await until('the write', () => got.length > 0);
  expect(got).toEqual(['abc']);
});

test('more than is joined arrives in order too', async () => {
  const got: Buffer[] = [];
  far.on('data', (chunk: Buffer) => got.push(chunk));
  const outlet = new Outlet(near);
  const chunks = Array.from({ length: 10 }, (_, i) => Buffer.alloc(100_000, i));
  for (const chunk of chunks) outlet.send(chunk);
  await until('all', () => got.reduce((sum, { length }) => sum + length, 0) === 1_000_000);
  expect(Buffer.compare(Buffer.concat(got), Buffer.concat(chunks))).toBe(0);
});

test('who never reads is cut off at a bound', async () => {
  far.pause();
  const outlet = new Outlet(near);
  const chunk = Buffer.alloc(65_536);
  let most = 0;
  for (let sent = 0; sent < 2_000 && outlet.send(chunk); sent++) {
    most = Math.max(most, outlet.waiting);
    if (sent % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(near.destroyed).toBe(true);
  expect(most).toBeLessThanOrEqual(16_777_216 + 65_536);
});
