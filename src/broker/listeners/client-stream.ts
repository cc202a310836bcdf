import type { Duplex } from 'node:stream';

/** Bytes from and to a client, whatever carries them: TCP, TLS or WebSocket. */
export interface ClientStream extends Duplex {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}
