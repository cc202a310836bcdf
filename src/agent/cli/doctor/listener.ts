import { createServer } from 'node:net';
import type { ListenerOptions } from '#broker';
import { nodeTopics, ONLINE } from '#topics';
import { EXIT } from '../../lifecycle/exit-code.ts';
import { listenerEndpoint } from '../connection.ts';
import { type Check, configOf, fail, type Finding, ok } from './check.ts';
import { visit } from './visit.ts';

/** Whether each listener's port can be had. */
export const listenerCheck: Check = {
  name: 'port',
  exit: EXIT.config,
  run: async (patient) => {
    const config = configOf(patient);
    return config ? Promise.all(config.broker.listeners.map((listener) => look(listener, config.node.id))) : [];
  },
};

async function look(listener: ListenerOptions, node: string): Promise<Finding> {
  const { host, port } = listener;
  const place = `${host}:${port}`;
  const errno = await tryToListen(host, port);
  switch (errno) {
    case undefined:
      return ok(`${place} is free`);
    case 'EADDRINUSE':
      if (await isServedBy(node, listener)) return ok(`${place} is where this node runs`);
      return fail(
        `${place} is taken by another program`,
        'see which with `ss -ltnp` (this node itself, if it asks for a password); for mosquitto `systemctl stop mosquitto`, or choose another `port`',
      );
    case 'EACCES':
      return fail(`${place} may only be opened by root`, 'choose a port from 1024 on, such as 1883 or 8883');
    case 'EADDRNOTAVAIL':
      return fail(`${host} is not an address of this machine`, 'correct `host`; 0.0.0.0 listens on every address');
    default:
      return fail(`${place} cannot be opened: ${errno}`, 'correct `host` and `port` of the listener');
  }
}

/** The errno that stands in the way. */
function tryToListen(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** Whether it is the node itself that listens there. One that asks for a password or a certificate does not say. */
async function isServedBy(node: string, listener: ListenerOptions): Promise<boolean> {
  const { status } = nodeTopics(node);
  let online = false;
  try {
    const client = await visit(listenerEndpoint({ broker: { listeners: [listener] } }));
    await client.subscribe([status], ({ payload }) => {
      online = payload.toString() === ONLINE;
    });
    await client.unsubscribe([status]);
    await client.close();
  } catch {
    // Whatever it is that listens, it did not say that it is the node.
  }
  return online;
}
