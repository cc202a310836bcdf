import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer, type TLSSocket } from 'node:tls';
import { LIMITS } from '../limits.ts';
import type { ListenerOptions, TlsOptions } from '../options.ts';
import { loadCertificate } from './certificate.ts';
import type { ClientStream } from './client-stream.ts';
import type { Expiring } from './expiry.ts';
import { listenError } from './listen-error.ts';
import type { WebSocketTerms } from './websocket.ts';

const HANDSHAKE_TIMEOUT_MS = 10_000;

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** Two listeners are the same when they are in the same place and speak the same. */
export const listenerKey = ({ host, port, tls, websocket }: ListenerOptions): string => {
  const transport = tls === undefined ? 'tcp' : tls.ca === undefined ? 'tls' : 'mtls';
  return `${transport}${websocket === true ? '+ws' : ''}://${host}:${port}`;
};

/** How somebody came in. */
export interface Way {
  /** The listener's key. */
  readonly listener: string;
  /** The common name of its certificate, where that says who it is; empty when it has none. */
  readonly certificate?: string;
}

type Accept = (stream: ClientStream, way: Way) => void;

/** One port that clients come in by. */
export class Listener {
  readonly key: string;
  #options: ListenerOptions;
  readonly #accept: Accept;
  readonly #terms: () => WebSocketTerms;
  #server: Server | undefined;
  #secure: TlsServer | undefined;
  #expires_ms = 0;

  constructor(options: ListenerOptions, accept: Accept, terms: () => WebSocketTerms) {
    this.key = listenerKey(options);
    this.#options = options;
    this.#accept = accept;
    this.#terms = terms;
  }

  /** Where it listens, with the port that was free when 0 was asked for. Undefined while it does not. */
  get address(): Address | undefined {
    const address = this.#server?.address();
    if (address === null || address === undefined || typeof address === 'string') return undefined;
    return { host: address.address, port: address.port, tls: this.#secure !== undefined };
  }

  /** The certificate that new connections get. Undefined without TLS. */
  get certificate(): Expiring | undefined {
    const { tls } = this.#options;
    return tls && { cert: tls.cert, expires_ms: this.#expires_ms };
  }

  /** Rejects with a BROKER_PORT_*, BROKER_HOST_*, BROKER_LISTEN_* or BROKER_CERTIFICATE_* error. */
  async start(signal?: AbortSignal): Promise<void> {
    const { host, port, tls } = this.#options;
    const accept = await this.#acceptor();
    const plain = (socket: Socket): void => accept(socket, { listener: this.key });
    const server = tls === undefined ? createServer({ noDelay: true }, plain) : await this.#createSecure(accept);
    server.maxConnections = LIMITS.sockets;
    try {
      server.listen({ host, port });
      await once(server, 'listening', signal && { signal });
    } catch (cause) {
      server.close();
      signal?.throwIfAborted();
      throw listenError(cause instanceof Error ? cause : new Error(String(cause)), host, port);
    }
    // A failing accept(2) is the operating system short of something for a moment; clients come again.
    server.on('error', () => {});
    this.#server = server;
  }

  /** Takes a renewed certificate for the connections to come. Rejects with BROKER_CERTIFICATE_*, the old one in use still. */
  async reload(options: ListenerOptions): Promise<void> {
    if (options.tls !== undefined) await this.#renew(options.tls);
    this.#options = options;
  }

  /** No more come in; those who did are not touched. */
  stop(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  /** What comes of a socket: MQTT at once, or after the upgrade to a WebSocket, whose library is loaded for that alone. */
  async #acceptor(): Promise<(socket: Socket, way: Way) => void> {
    if (this.#options.websocket !== true) return this.#accept;
    const { WebSocketFront } = await import('./websocket.ts');
    const front = new WebSocketFront(this.#terms);
    return (socket, way) => front.take(socket, (stream) => this.#accept(stream, way));
  }

  async #createSecure(accept: (socket: Socket, way: Way) => void): Promise<TlsServer> {
    const { tls } = this.#options;
    if (tls === undefined) throw new TypeError('a listener without tls');
    const { context, expires_ms } = await loadCertificate(tls);
    this.#expires_ms = expires_ms;
    const mutual = tls.ca !== undefined;
    this.#secure = createTlsServer(
      {
        ...context,
        requestCert: mutual,
        rejectUnauthorized: mutual,
        handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
        noDelay: true,
      },
      (socket) => accept(socket, this.#secureWay(socket)),
    );
    // Whoever fails the handshake is gone; 'tlsClientError' without a listener is harmless, with one it is quieter still.
    this.#secure.on('tlsClientError', (_error, socket) => socket.destroy());
    return this.#secure;
  }

  async #renew(tls: TlsOptions): Promise<void> {
    const { context, expires_ms } = await loadCertificate(tls);
    this.#secure?.setSecureContext(context);
    this.#expires_ms = expires_ms;
  }

  #secureWay(socket: TLSSocket): Way {
    const { tls } = this.#options;
    if (tls?.ca === undefined || tls.user_from_certificate !== true) return { listener: this.key };
    // Absent where a session was resumed without one; a name given twice is a list.
    const name: unknown = socket.getPeerCertificate().subject?.CN;
    return { listener: this.key, certificate: typeof name === 'string' ? name : '' };
  }
}
