import type { ListenerOptions } from '#broker';
import { isLoopback } from '#topics';
import type { Draft } from '../draft.ts';
import type { Finding } from '../finding.ts';
import { isEverywhere } from './addresses.ts';

/** A listener that others can reach, and nothing asks them who they are. */
export function checkOpenListeners({ listeners, users, hasTokens, hasAnonymous }: Draft): Finding[] {
  if (users.length > 0 || hasTokens || hasAnonymous) return [];
  return listeners.flatMap((listener, index): Finding[] =>
    listener === undefined || isLoopback(listener.host) || listener.tls?.ca !== undefined
      ? []
      : [
          {
            code: 'CONFIG_LISTENER_OPEN',
            path: ['broker', 'listeners', index, 'host'],
            on: 'value',
            message: `anybody who reaches ${listener.host}:${listener.port} could switch everything: there are no users, and no certificate is asked for`,
            allowed: '`broker.users` or `broker.anonymous`, or `tls` with a `ca`, or host 127.0.0.1',
          },
        ],
  );
}

/** Listeners on the same port of the same address. */
export function checkPorts({ listeners }: Draft): Finding[] {
  const findings: Finding[] = [];
  const seen: { listener: ListenerOptions; index: number }[] = [];
  for (const [index, listener] of listeners.entries()) {
    if (listener === undefined || listener.port === 0) continue;
    const other = seen.find(
      ({ listener: { host, port } }) =>
        port === listener.port && (host === listener.host || isEverywhere(host) || isEverywhere(listener.host)),
    );
    seen.push({ listener, index });
    if (other === undefined) continue;
    findings.push({
      code: 'CONFIG_PORT_TAKEN',
      path: ['broker', 'listeners', index, 'port'],
      on: 'value',
      message: `port ${listener.port} of ${listener.host} is taken by another listener`,
      related: [{ path: ['broker', 'listeners', other.index, 'port'], message: 'this one' }],
    });
  }
  return findings;
}
