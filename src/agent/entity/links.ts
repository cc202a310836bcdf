import type { Origin } from '#broker';
import type { Cause } from './cause.ts';

/** Whether whoever commands an output can still reach it. */
export interface Links {
  /**
   * A client: it is connected, or another client of the same user is, for a program that comes back may have a new client id.
   * A bridge: it is connected to its upstream. What is in the process itself is always there.
   */
  isUp(origin: Origin): boolean;
}

/** What is asked, of the broker and of the bridges. */
interface Connections {
  readonly broker: { isConnected(client: { readonly id: string; readonly user?: string }): boolean };
  readonly bridges: { status(): readonly { readonly name: string; readonly state: string }[] };
}

/** The links of a running node. */
export function linksOf({ broker, bridges }: Connections): Links {
  const bridgeIsUp = (id: string) =>
    bridges.status().some(({ name, state }) => name === id && (state === 'connected' || state === 'paused'));
  return {
    isUp: (origin) => {
      if (origin.kind === 'client') return broker.isConnected(origin);
      if (origin.kind === 'bridge') return bridgeIsUp(origin.id);
      return origin.kind === 'agent';
    },
  };
}

/** Who is behind a cause and has a link that can be lost; undefined: nobody is, as after a start. */
export const commander = (cause: Cause): Origin | undefined => ('id' in cause ? cause : undefined);
