import { createServer } from 'node:net';
import { BrokerError, type ListenerOptions } from '#broker';
import { nodeTopics, ONLINE } from '#topics';
import { EXIT } from '../../lifecycle/exit-code.ts';
import { endpointOf } from '../connection.ts';
import { type Check, configOf, fail, type Finding, ok, warn } from './check.ts';
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
      return taken(place, await whoServes(node, listener));
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

/** `guarded`: a broker that lets nobody in who only looks, which this node is as well when it has users. */
type Server = 'this_node' | 'guarded' | 'other';

function taken(place: string, by: Server): Finding {
  if (by === 'this_node') return ok(`${place} is where this node runs`);
  if (by === 'guarded') {
    return warn(
      `${place} is where a broker runs that asks who one is`,
      'fine if this node runs there (`systemctl status pinbus`); else see who does with `ss -ltnp`',
    );
  }
  return fail(
    `${place} is taken by another program`,
    'see which with `ss -ltnp`; for mosquitto `systemctl stop mosquitto`, or choose another `port`',
  );
}

async function whoServes(node: string, listener: ListenerOptions): Promise<Server> {
  const { status } = nodeTopics(node);
  let online = false;
  try {
    const client = await visit(endpointOf(listener));
    await client.subscribe([status], ({ payload }) => {
      online = payload.toString() === ONLINE;
    });
    await client.unsubscribe([status]);
    await client.close();
  } catch (error) {
    const asks = error instanceof BrokerError && error.code === 'CLIENT_NOT_AUTHORISED';
    if (asks || listener.tls?.ca !== undefined) return 'guarded';
  }
  return online ? 'this_node' : 'other';
}
