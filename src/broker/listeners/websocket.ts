import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { ClientStream } from './client-stream.ts';
import { mayConnectFrom } from './websocket-origin.ts';
import { WebSocketStream } from './websocket-stream.ts';

/** [MQTT-6.0.0-3, -4] */
const SUBPROTOCOL = 'mqtt';

interface Waiting {
  readonly accept: (stream: ClientStream) => void;
  readonly timer: NodeJS.Timeout;
}

/** What may change while it listens. */
export interface WebSocketTerms {
  /** Whether clients come in without a login. */
  readonly anonymous: boolean;
  /** Bytes of the longest packet. */
  readonly packet_size: number;
  /** Milliseconds for the request. */
  readonly connect_timeout: number;
}

/** Makes MQTT streams of the sockets that a listener took, by HTTP's upgrade [RFC 6455]. HTTP itself is not spoken. */
export class WebSocketFront {
  readonly #terms: () => WebSocketTerms;
  readonly #http: Server;
  readonly #upgrades: WebSocketServer;
  /** Those that have not asked for the upgrade yet. */
  readonly #waiting = new Map<Socket, Waiting>();

  constructor(terms: () => WebSocketTerms) {
    this.#terms = terms;
    this.#http = createServer({ keepAlive: false }, refuseRequest);
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#upgrades = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      handleProtocols: () => SUBPROTOCOL,
    });
  }

  /** Whoever does not ask for the upgrade in time is gone, however slowly it talks. */
  take(socket: Socket, accept: (stream: ClientStream) => void): void {
    const timer = setTimeout(() => socket.destroy(), this.#terms().connect_timeout).unref();
    this.#waiting.set(socket, { accept, timer });
    socket.once('close', () => this.#waitNoMore(socket));
    this.#http.emit('connection', socket);
  }

  #waitNoMore(socket: Socket): Waiting | undefined {
    const waiting = this.#waiting.get(socket);
    clearTimeout(waiting?.timer);
    this.#waiting.delete(socket);
    return waiting;
  }

  #upgrade(request: IncomingMessage, duplex: Duplex, head: Buffer): void {
    const { socket } = request;
    const offered = request.headers['sec-websocket-protocol']?.split(/\s*,\s*/) ?? [];
    if (!offered.includes(SUBPROTOCOL)) return refuse(duplex, 400, `the subprotocol is "${SUBPROTOCOL}"`);
    const { anonymous, packet_size } = this.#terms();
    if (!mayConnectFrom(request.headers.origin, anonymous)) {
      return refuse(duplex, 403, 'without users only pages of this machine may connect');
    }
    // Several packets may share a frame.
    this.#upgrades.options.maxPayload = 2 * packet_size;
    const before_bytes = socket.bytesRead;
    this.#upgrades.handleUpgrade(request, duplex, head, (web_socket) => {
      this.#waitNoMore(socket)?.accept(new WebSocketStream(web_socket, { socket, before_bytes }));
    });
  }
}

function refuse(socket: Duplex, status: number, why: string): void {
  socket.on('error', () => {});
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: ${why.length + 1}\r\n\r\n${why}\n`,
  );
}

/** There is no page, no API and no health check here. */
function refuseRequest(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(426, { Upgrade: 'websocket', Connection: 'close', 'Content-Type': 'text/plain' });
  response.end('This is MQTT over WebSocket; nothing else is spoken here.\n');
}
