import { connect, type Socket } from 'node:net';
import { generate, type IPublishPacket, type Packet, parser } from 'mqtt-packet';

/** A message as it arrived; the payload is not decoded, so that a flood costs the receiver little. */
export type LoadHandler = (topic: string, payload: Buffer, packet: IPublishPacket) => void;

/**
 * An MQTT 3.1.1 client without a queue, a timer or a promise for each message: it can send faster than any broker takes,
 * so that the client is never what a measurement shows.
 */
export class LoadClient {
  onMessage: LoadHandler = () => {};
  onPuback: (messageId: number) => void = () => {};
  readonly #socket: Socket;
  #closed = false;
  readonly #parser = parser({ protocolVersion: 4 });
  readonly #waiting = new Map<string, (packet: Packet) => void>();
  #messageId = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    this.#parser.on('packet', (packet: Packet) => this.#take(packet));
    socket.on('data', (chunk) => this.#parser.parse(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#closed = true;
    });
  }

  static async connect(port: number, clientId: string): Promise<LoadClient> {
    const socket = connect({ port, host: '127.0.0.1' });
    const client = new LoadClient(socket);
    const connected = client.#answer('connack');
    socket.write(
      generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId, keepalive: 0 }),
    );
    const packet = await connected;
    if (packet.cmd !== 'connack' || packet.returnCode !== 0) throw new Error(`refused: ${JSON.stringify(packet)}`);
    return client;
  }

  get closed(): boolean {
    return this.#closed;
  }

  async subscribe(topic: string, qos: 0 | 1 = 0): Promise<void> {
    const granted = this.#answer('suback');
    this.#socket.write(generate({ cmd: 'subscribe', messageId: this.nextId(), subscriptions: [{ topic, qos }] }));
    await granted;
  }

  /** 1 to 65,535 and round again [MQTT-2.3.1-1]. */
  nextId(): number {
    this.#messageId = (this.#messageId % 65_535) + 1;
    return this.#messageId;
  }

  /** Its packet identifier, that the PUBACK will have. */
  publish(topic: string, payload: string, qos: 0 | 1 = 0, retain = false): number {
    const messageId = this.nextId();
    this.#socket.write(publishPacket(topic, payload, qos, messageId, retain));
    return messageId;
  }

  /** Writes bytes as they are. Settles once the kernel has taken them. */
  async write(bytes: Buffer): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.write(bytes, () => resolve()));
  }

  /** Settles once the broker has worked through everything that was sent before. */
  async ping(): Promise<void> {
    const answered = this.#answer('pingresp');
    this.#socket.write(generate({ cmd: 'pingreq' }));
    await answered;
  }

  async close(): Promise<void> {
    this.#socket.end(generate({ cmd: 'disconnect' }));
    // Not by `once`: a broker that died meanwhile ends the connection with an error, and it has ended all the same.
    if (!this.#closed) await new Promise((resolve) => this.#socket.once('close', resolve));
  }

  #take(packet: Packet): void {
    if (packet.cmd === 'publish') {
      const owed = packet.qos === 1 && this.#socket.writable;
      if (owed) this.#socket.write(generate({ cmd: 'puback', messageId: packet.messageId ?? 0 }));
      this.onMessage(packet.topic, packet.payload as Buffer, packet);
    } else if (packet.cmd === 'puback') this.onPuback(packet.messageId ?? 0);
    else this.#waiting.get(packet.cmd)?.(packet);
  }

  #answer(cmd: Packet['cmd'], deadline_ms = 30_000): Promise<Packet> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => void) => (): void => {
        clearTimeout(timer);
        this.#waiting.delete(cmd);
        this.#socket.off('close', closed);
        outcome();
      };
      const closed = settle(() => reject(new Error(`the connection was closed before ${cmd}`)));
      const timer = setTimeout(
        settle(() => reject(new Error(`no ${cmd} in ${deadline_ms} ms`))),
        deadline_ms,
      );
      this.#socket.on('close', closed);
      this.#waiting.set(cmd, (packet) => settle(() => resolve(packet))());
    });
  }
}

export function publishPacket(
  topic: string,
  payload: string | Buffer,
  qos: 0 | 1,
  messageId: number,
  retain = false,
): Buffer {
  const packet = { cmd: 'publish', topic, payload, qos, retain, dup: false } as const;
  return generate(qos === 0 ? packet : { ...packet, messageId });
}
