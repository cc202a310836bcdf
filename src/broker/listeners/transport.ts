import type { Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { ListenerOptions, TlsOptions } from '../options.ts';
import { loadCertificate } from './certificate.ts';
import type { ClientStream } from './client-stream.ts';
import { type ClientChain, chainOf } from './client-chain.ts';
import type { WebSocketTerms } from './websocket.ts';

const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Two listeners are the same when they are in the same place and speak the same. */
export const listenerKey = ({ host, port, tls, websocket }: ListenerOptions): string => {
  const transport = tls === undefined ? 'tcp' : tls.ca === undefined ? 'tls' : 'mtls';
  const user = tls?.ca !== undefined && tls.user_from_certificate === true ? '+user' : '';
  return `${transport}${user}${websocket === true ? '+ws' : ''}://${host}:${port}`;
};

/** How somebody came in. */
export interface Way {
  /** The listener's key. */
  readonly listener: string;
  /** The common name of its certificate, where that says who it is; empty when it has none. */
  readonly certificate?: string;
  /** What its certificate has to go on being, where one is asked for. */
  readonly chain?: ClientChain;
}

export type Accept = (stream: ClientStream, way: Way) => void;

/** What becomes of the sockets of a port: MQTT as it is, within TLS, or after the upgrade to a WebSocket. */
export interface Transport {
  readonly key: string;
  readonly secure: boolean;
  /** When its certificate ends: wall clock, milliseconds since 1970. Undefined without TLS. */
  readonly expires_ms?: number;
  /** The authorities that vouch for clients; undefined: no certificate is asked for. */
  readonly anchors?: ReadonlySet<string>;
  /** Certificates that were taken back, as lists call them. */
  readonly revoked?: ReadonlySet<string>;
  take(socket: Socket): void;
}

/** Reads what it needs. Rejects with BROKER_CERTIFICATE_*. */
export async function prepareTransport(
  options: ListenerOptions,
  { accept, terms }: { readonly accept: Accept; readonly terms: () => WebSocketTerms },
): Promise<Transport> {
  const key = listenerKey(options);
  const take = options.websocket === true ? await upgrading(accept, terms) : accept;
  if (options.tls !== undefined) return securing(key, options.tls, take);
  return { key, secure: false, take: (socket) => take(socket, { listener: key }) };
}

type Take = (socket: Socket, way: Way) => void;

/** The library of WebSockets is loaded for them alone. */
async function upgrading(accept: Accept, terms: () => WebSocketTerms): Promise<Take> {
  const { WebSocketFront } = await import('./websocket.ts');
  const front = new WebSocketFront(terms);
  return (socket, way) => front.take(socket, (stream) => accept(stream, way));
}

async function securing(key: string, tls: TlsOptions, take: Take): Promise<Transport> {
  const { context, expires_ms, anchors, revoked } = await loadCertificate(tls);
  const mutual = anchors !== undefined;
  // It listens nowhere: sockets are handed to it, so that a port goes on while its certificate changes.
  const secure = createTlsServer(
    {
      ...context,
      requestCert: mutual,
      rejectUnauthorized: mutual,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    },
    (socket) => take(socket, wayOf(key, tls, socket)),
  );
  // Whoever fails the handshake is gone; 'tlsClientError' without a listener is harmless, with one it is quieter still.
  secure.on('tlsClientError', (_error, socket) => socket.destroy());
  return {
    key,
    secure: true,
    expires_ms,
    ...(anchors && { anchors }),
    ...(revoked && { revoked }),
    take: (socket) => void secure.emit('connection', socket),
  };
}

function wayOf(listener: string, tls: TlsOptions, socket: TLSSocket): Way {
  if (tls.ca === undefined) return { listener };
  const peer = socket.getPeerCertificate(true);
  const chain = chainOf(peer);
  const way = { listener, ...(chain && { chain }) };
  if (tls.user_from_certificate !== true) return way;
  // Absent where a session was resumed without one; a name given twice is a list.
  const name: unknown = peer.subject?.CN;
  return { ...way, certificate: typeof name === 'string' ? name : '' };
}
