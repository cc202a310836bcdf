import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Way } from '../../../../src/broker/listeners/transport.ts';
import { SocketLimit } from '../../../../src/broker/listeners/socket-limit.ts';
import { Listeners } from '../../../../src/broker/listeners/listeners.ts';
import { freePort } from '../../../rigs/free-port.ts';
import { until } from '../../../rigs/until.ts';

const host = '127.0.0.1';
const came: Way[] = [];
const listeners = new Listeners({
  accept: (stream, way) => {
    came.push(way);
    stream.destroy();
  },
  socketLimit: new SocketLimit(() => ({ connections_per_address: 10 })),
  terms: () => ({ anonymous: true, packet_size: 1_024, connect_timeout: 1_000 }),
});
afterEach(() => listeners.stop());

/** Settles when the other side has closed. */
const knock = async (port: number): Promise<void> => {
  const socket = connect(port, host);
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'connect');
  await until('the end', () => socket.closed);
};

test('nobody is let in by a new port before all else of a reload is so', async () => {
  const [here, there] = [await freePort(), await freePort()];
  await listeners.start([{ host, port: here }]);
  await listeners.reload(
    [
      { host, port: here },
      { host, port: there },
    ],
    async () => {
      await knock(there);
      expect(came).toEqual([]);
      await knock(here);
      expect(came).toEqual([{ listener: `tcp://${host}:${here}` }]);
    },
  );
  await knock(there);
  expect(came.map(({ listener }) => listener)).toEqual([`tcp://${host}:${here}`, `tcp://${host}:${there}`]);
  const failing = listeners.reload([{ host, port: here }], () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(listeners.addresses).toHaveLength(2);
});
