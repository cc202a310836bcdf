import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { LIMITS } from '../limits.ts';
import type { ListenerOptions } from '../options.ts';
import type { SocketLimit } from './socket-limit.ts';
import type { Expiring } from './expiry.ts';
import { listenError } from './listen-error.ts';
import { type Accept, listenerKey, prepareTransport, type Transport, type Way } from './transport.ts';
import type { WebSocketTerms } from './websocket.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** What two listeners cannot share. Where any port will do, they are told apart by what they speak. */
export const listenerPlace = (options: ListenerOptions): string =>
  options.port === 0 ? listenerKey(options) : `${options.host}:${options.port}`;

export interface ListenerParts {
  readonly accept: Accept;
  readonly terms: () => WebSocketTerms;
  /** Shared by all ports. */
  readonly socketLimit: SocketLimit;
}

/** One port that clients come in by. */
export class Listener {
  readonly place: string;
  #options: ListenerOptions;
  readonly #parts: ListenerParts;
  #server: Server | undefined;
  #transport: Transport | undefined;

  constructor(options: ListenerOptions, parts: ListenerParts) {
    this.place = listenerPlace(options);
    this.#options = options;
    this.#parts = parts;
  }

  /** As configured; 0 is any. */
  get port(): number {
    return this.#options.port;
  }

  /** Where it listens, with the port that was free when 0 was asked for. Undefined while it does not. */
  get address(): Address | undefined {
    const address = this.#server?.address();
    if (address === null || address === undefined || typeof address === 'string') return undefined;
    return { host: address.address, port: address.port, tls: this.#transport?.secure === true };
  }

  /** The certificate that new connections get. Undefined without TLS. */
  get certificate(): Expiring | undefined {
    const expires_ms = this.#transport?.expires_ms;
    const { tls } = this.#options;
    return tls && expires_ms !== undefined ? { cert: tls.cert, expires_ms } : undefined;
  }

  /** Whether somebody who came in so could do so now. */
  admits({ listener, chain }: Way): boolean {
    if (this.#transport?.key !== listener) return false;
    const { anchors: trusted, revoked } = this.#transport;
    if (trusted === undefined) return true;
    if (chain === undefined || chain.names.some((name) => revoked?.has(name))) return false;
    return chain.anchors.some((anchor) => trusted.has(anchor));
  }

  /** Rejects with a BROKER_PORT_*, BROKER_HOST_*, BROKER_LISTEN_* or BROKER_CERTIFICATE_* error. */
  async start(signal?: AbortSignal): Promise<void> {
    const { host, port } = this.#options;
    this.#transport = await prepareTransport(this.#options, this.#parts);
    const server = createServer({ noDelay: true }, (socket) => {
      if (this.#parts.socketLimit.admit(socket)) this.#transport?.take(socket);
    });
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

  /**
   * Reads what the connections to come are to get, on the same port: a renewed certificate, or TLS where there was none.
   * Returns what makes it so. Rejects with BROKER_CERTIFICATE_*, and nothing changes then.
   */
  async prepare(options: ListenerOptions): Promise<() => void> {
    const transport = await prepareTransport(options, this.#parts);
    return () => {
      this.#options = options;
      this.#transport = transport;
    };
  }

  /** No more come in; those who did are not touched. */
  stop(): void {
    this.#server?.close();
    this.#server = undefined;
  }
}
