import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { LIMITS } from '../limits.ts';
import type { ClientStream } from './client-stream.ts';

/** Status codes of RFC 6455, 7.4.1. */
const CLOSE = { normal: 1000, unsupported_data: 1003 } as const;
/** What may come before anything was answered: the CONNECT, and what a read or two have besides. */
const UNANSWERED_BYTES = LIMITS.connect_bytes + 131_072;

/**
 * The bytes in a WebSocket's binary frames; packets are not aligned on them [MQTT-6.0.0-2]. One message is on its way to the
 * socket at a time and what gathers meanwhile is the next, so that backpressure reaches both sides.
 */
export class WebSocketStream extends Duplex implements ClientStream {
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  readonly #web_socket: WebSocket;
  #answered = false;

  constructor(web_socket: WebSocket, { socket, before_bytes }: { socket: Socket; before_bytes: number }) {
    super();
    this.#web_socket = web_socket;
    this.remoteAddress = socket.remoteAddress;
    this.remotePort = socket.remotePort;
    web_socket.on('message', (data: Buffer, isBinary) => this.#arrived(data, isBinary));
    // What went wrong is the client's or the network's; 'close' follows.
    web_socket.on('error', () => {});
    web_socket.on('close', () => this.destroy());
    socket.on('data', () => {
      if (!this.#answered && socket.bytesRead - before_bytes > UNANSWERED_BYTES) this.destroy();
    });
  }

  override _read(): void {
    this.#web_socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: () => void): void {
    this.#web_socket.close(CLOSE.normal);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#web_socket.terminate();
    done(error);
  }

  #send(bytes: Buffer, done: (error?: Error | null) => void): void {
    this.#answered = true;
    this.#web_socket.send(bytes, done);
  }

  #arrived(data: Buffer, isBinary: boolean): void {
    if (this.destroyed) return;
    // [MQTT-6.0.0-1]
    if (!isBinary) return this.#web_socket.close(CLOSE.unsupported_data, 'MQTT comes in binary frames');
    if (!this.push(data)) this.#web_socket.pause();
  }
}
