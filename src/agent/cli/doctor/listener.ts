import { createServer } from 'node:net';
import type { ListenerOptions } from '#broker';
import { EXIT } from '../../lifecycle/exit-code.ts';
import { type Check, configOf, fail, type Finding, ok } from './check.ts';

/** Whether each listener's port can be had. */
export const listenerCheck: Check = {
  name: 'port',
  exit: EXIT.config,
  run: async (patient) => Promise.all((configOf(patient)?.broker.listeners ?? []).map(look)),
};

async function look({ host, port }: ListenerOptions): Promise<Finding> {
  const place = `${host}:${port}`;
  const errno = await tryToListen(host, port);
  switch (errno) {
    case undefined:
      return ok(`${place} is free`);
    case 'EADDRINUSE':
      return fail(
        `${place} is taken by another program, or by this node already running`,
        'see which with `ss -ltnp`; for mosquitto `systemctl stop mosquitto`, or choose another `port`',
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
