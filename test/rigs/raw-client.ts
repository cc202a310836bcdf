import { connect as connectSocket, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type PeerCertificate, TLSSocket } from 'node:tls';
import {
  generate,
  type IConnackPacket,
  type IConnectPacket,
  type IPublishPacket,
  type ISubackPacket,
  type ISubscription,
  type Packet,
  type Parser,
  parser,
} from 'mqtt-packet';
import { until } from './until.ts';

export interface RawClientOptions {
  readonly version?: 3 | 4 | 5;
  /** False: acknowledges nothing by itself. */
  readonly acknowledges?: boolean;
  /** By TLS. */
  readonly tls?: ConnectionOptions;
}

type ConnectFields = Partial<Omit<IConnectPacket, 'cmd'>>;
type PublishFields = Partial<Omit<IPublishPacket, 'cmd' | 'topic' | 'payload'>>;

let clients = 0;

/** A client that sends exactly what it is told to and remembers every packet and byte it gets. */
export class RawClient {
  readonly packets: Packet[] = [];
  readonly version: 3 | 4 | 5;
  bytes = Buffer.alloc(0);
  closed = false;
  /** Is told of every packet as it comes. */
  onPacket: ((packet: Packet) => void) | undefined;
  readonly #port: number;
  readonly #acknowledges: boolean;
  readonly #tls: ConnectionOptions | undefined;
  readonly #parser: Parser;
  #socket: Socket | undefined;
  #packetId = 0;

  constructor(port: number, { version = 4, acknowledges = true, tls }: RawClientOptions = {}) {
    this.#port = port;
    this.version = version;
    this.#acknowledges = acknowledges;
    this.#tls = tls;
    this.#parser = parser({ protocolVersion: version });
    this.#parser.on('packet', (packet) => this.#take(packet));
    this.#parser.on('error', () => {});
  }

  /** Connects the socket alone. */
  async open(): Promise<this> {
    const address = { port: this.#port, host: '127.0.0.1', noDelay: true };
    const socket = this.#tls === undefined ? connectSocket(address) : connectTls({ ...address, ...this.#tls });
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      if (this.bytes.length < 65_536) this.bytes = Buffer.concat([this.bytes, chunk]);
      this.#parser.parse(chunk);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
    });
    await new Promise<void>((resolve, reject) => {
      socket.once(this.#tls === undefined ? 'connect' : 'secureConnect', resolve);
      socket.once('error', reject);
    });
    return this;
  }

  /** Opens, sends CONNECT, and waits for the CONNACK. */
  async connect(fields: ConnectFields = {}): Promise<IConnackPacket> {
    await this.open();
    this.send(this.connectPacket(fields));
    return this.packet('connack');
  }

  connectPacket(fields: ConnectFields = {}): IConnectPacket {
    return {
      cmd: 'connect',
      protocolId: this.version === 3 ? 'MQIsdp' : 'MQTT',
      protocolVersion: this.version,
      clean: true,
      clientId: `raw-${process.pid}-${++clients}`,
      keepalive: 0,
      ...fields,
    };
  }

  send(...packets: (Packet | Buffer)[]): void {
    const encode = (packet: Packet | Buffer): Buffer =>
      Buffer.isBuffer(packet) ? packet : generate(packet, { protocolVersion: this.version });
    this.#socket?.write(Buffer.concat(packets.map(encode)));
  }

  publish(topic: string, payload: string | Buffer, fields: PublishFields = {}): number {
    const messageId = fields.messageId ?? ++this.#packetId;
    const { qos = 0, retain = false, dup = false } = fields;
    this.send({ cmd: 'publish', topic, payload, ...fields, qos, retain, dup, ...(qos > 0 ? { messageId } : {}) });
    return messageId;
  }

  async subscribe(...subscriptions: (ISubscription | string)[]): Promise<ISubackPacket> {
    return this.subscribeWith({}, ...subscriptions);
  }

  async subscribeWith(
    properties: { readonly subscriptionIdentifier?: number },
    ...subscriptions: (ISubscription | string)[]
  ): Promise<ISubackPacket> {
    const messageId = ++this.#packetId;
    this.send({
      cmd: 'subscribe',
      messageId,
      subscriptions: subscriptions.map((one) => (typeof one === 'string' ? { topic: one, qos: 0 } : one)),
      ...(this.version === 5 ? { properties } : {}),
    });
    return this.packet('suback', (packet) => packet.messageId === messageId);
  }

  /** The first packet of a kind that there is or will be. */
  packet<K extends Packet['cmd']>(
    cmd: K,
    fits: (packet: Extract<Packet, { cmd: K }>) => boolean = () => true,
    deadline_ms = 15_000,
  ): Promise<Extract<Packet, { cmd: K }>> {
    return until(
      `${cmd} from the broker${this.closed ? ', which closed the connection' : ''}`,
      () => this.all(cmd).find(fits),
      deadline_ms,
    );
  }

  all<K extends Packet['cmd']>(cmd: K): Extract<Packet, { cmd: K }>[] {
    return this.packets.filter((packet): packet is Extract<Packet, { cmd: K }> => packet.cmd === cmd);
  }

  payloads(): string[] {
    return this.all('publish').map(({ payload }) => payload.toString());
  }

  /** A round trip: what was sent before was handled, what was sent to us before is here. */
  async settled(): Promise<void> {
    const before = this.all('pingresp').length;
    this.send({ cmd: 'pingreq' });
    await until('PINGRESP', () => this.all('pingresp').length > before);
  }

  /** What the broker showed. */
  get peerCertificate(): PeerCertificate | undefined {
    return this.#socket instanceof TLSSocket ? this.#socket.getPeerCertificate() : undefined;
  }

  async closing(): Promise<void> {
    await until('the broker closes the connection', () => this.closed);
  }

  /** Stops taking anything from the socket. */
  freeze(): void {
    this.#socket?.pause();
  }

  thaw(): void {
    this.#socket?.resume();
  }

  /** As a crash does. */
  destroy(): void {
    this.#socket?.destroy();
  }

  #take(packet: Packet): void {
    this.packets.push(packet);
    this.onPacket?.(packet);
    if (!this.#acknowledges) return;
    const { messageId = 0 } = packet;
    if (packet.cmd === 'publish' && packet.qos === 1) this.send({ cmd: 'puback', messageId, reasonCode: 0 });
    if (packet.cmd === 'publish' && packet.qos === 2) this.send({ cmd: 'pubrec', messageId, reasonCode: 0 });
    if (packet.cmd === 'pubrel') this.send({ cmd: 'pubcomp', messageId, reasonCode: 0 });
    if (packet.cmd === 'pubrec') this.send({ cmd: 'pubrel', messageId, reasonCode: 0 });
  }
}
