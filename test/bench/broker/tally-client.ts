import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { generate } from 'mqtt-packet';

const TYPE = { connack: 2, publish: 3, puback: 4, pubrec: 5, pubrel: 6, pubcomp: 7, suback: 9, pingresp: 13 } as const;
export type Qos = 0 | 1 | 2;

/**
 * An MQTT 3.1.1 client that looks at packets no more than it has to, so that a broker is busy before it is: it counts what
 * comes, acknowledges it, and sends what was encoded beforehand.
 */
export class TallyClient {
  /** Messages that came. */
  received = 0;
  /** Messages of its own that are done: written (QoS 0), or acknowledged to the end. */
  done = 0;
  onMessage: (payload: Buffer) => void = () => {};
  readonly #socket: Socket;
  #rest: Buffer | undefined;
  #packetId = 0;
  #out: Buffer[] = [];
  /** By the type of the answer. */
  readonly #awaited = new Map<number, { readonly resolve: () => void; readonly reject: (error: Error) => void }>();

  private constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk: Buffer) => this.#arrived(chunk));
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      for (const { reject } of this.#awaited.values()) reject(new Error('the broker closed the connection'));
    });
  }

  static async connect(port: number, clientId: string, keepalive = 0): Promise<TallyClient> {
    const client = new TallyClient(port);
    const answered = client.#answer(TYPE.connack);
    client.#socket.write(
      generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId, keepalive }),
    );
    await answered;
    return client;
  }

  async subscribe(topic: string, qos: Qos): Promise<void> {
    const answered = this.#answer(TYPE.suback);
    this.#socket.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos }] }));
    await answered;
  }

  /** Settles when the broker has answered a PINGREQ, and so worked through all that was sent before. */
  async ping(): Promise<void> {
    const answered = this.#answer(TYPE.pingresp);
    this.#socket.write(generate({ cmd: 'pingreq' }));
    await answered;
  }

  /** Sends a message; what is sent in one turn of the event loop goes in one piece. */
  publish({ bytes, idAt }: Encoded): void {
    let packet = bytes;
    if (idAt > 0) {
      this.#packetId = (this.#packetId % 65_535) + 1;
      packet = Buffer.from(bytes);
      packet.writeUInt16BE(this.#packetId, idAt);
    } else {
      this.done++;
    }
    this.#send(packet);
  }

  async close(): Promise<void> {
    this.#socket.end(generate({ cmd: 'disconnect' }));
    if (!this.#socket.closed) await once(this.#socket, 'close');
  }

  #send(packet: Buffer): void {
    this.#out.push(packet);
    if (this.#out.length > 1) return;
    process.nextTick(() => {
      // What is acknowledged to a broker that was left already is nobody's business.
      if (this.#socket.writable) this.#socket.write(Buffer.concat(this.#out));
      this.#out = [];
    });
  }

  #answer(type: number): Promise<void> {
    return new Promise((resolve, reject) => this.#awaited.set(type, { resolve, reject }));
  }

  #arrived(chunk: Buffer): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (;;) {
      let body = at + 1;
      let length = 0;
      for (let shift = 0; ; shift += 7, body++) {
        const byte = bytes[body];
        if (byte === undefined) return this.#keep(bytes, at);
        length |= (byte & 0x7f) << shift;
        if (byte < 0x80) break;
      }
      body++;
      if (body + length > bytes.length) return this.#keep(bytes, at);
      this.#take(bytes[at] ?? 0, bytes, body, body + length);
      at = body + length;
    }
  }

  #keep(bytes: Buffer, at: number): void {
    this.#rest = at === bytes.length ? undefined : bytes.subarray(at);
  }

  #take(header: number, bytes: Buffer, from: number, to: number): void {
    const type = header >> 4;
    if (type === TYPE.publish) {
      const qos = (header >> 1) & 0x03;
      const payloadAt = from + 2 + bytes.readUInt16BE(from) + (qos > 0 ? 2 : 0);
      this.received++;
      this.onMessage(bytes.subarray(payloadAt, to));
      if (qos > 0) this.#acknowledge(qos === 1 ? 0x40 : 0x50, bytes.readUInt16BE(payloadAt - 2));
    } else if (type === TYPE.puback || type === TYPE.pubcomp) this.done++;
    else if (type === TYPE.pubrec) this.#acknowledge(0x62, bytes.readUInt16BE(from));
    else if (type === TYPE.pubrel) this.#acknowledge(0x70, bytes.readUInt16BE(from));
    else this.#answered(type);
  }

  #answered(type: number): void {
    this.#awaited.get(type)?.resolve();
    this.#awaited.delete(type);
  }

  #acknowledge(header: number, packetId: number): void {
    this.#send(Buffer.from([header, 2, packetId >> 8, packetId & 0xff]));
  }
}

/** A PUBLISH, and where its packet identifier goes; 0 for none. */
export interface Encoded {
  readonly bytes: Buffer;
  readonly idAt: number;
}

export function encode(topic: string, payload: Buffer, qos: Qos, retain = false): Encoded {
  const packet = { cmd: 'publish', topic, payload, qos, retain, dup: false } as const;
  const bytes = generate(qos === 0 ? packet : { ...packet, messageId: 1 });
  return { bytes, idAt: qos === 0 ? 0 : bytes.length - payload.length - 2 };
}
