import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import {
  type IConnackPacket,
  type IConnectPacket,
  type IPublishPacket,
  type IPubrelPacket,
  type ISubscribePacket,
  type Packet,
  generate,
  parser,
} from 'mqtt-packet';

/** What an upstream says to a packet; undefined: nothing, and to a CONNECT by the end of the connection. */
export interface Script {
  connect(packet: IConnectPacket): IConnackPacket | undefined;
  publish?(packet: IPublishPacket): Packet | undefined;
  subscribe?(packet: ISubscribePacket): Packet | undefined;
  release?(packet: IPubrelPacket): Packet | undefined;
}

export const ACCEPT: IConnackPacket = { cmd: 'connack', sessionPresent: false, reasonCode: 0, returnCode: 0 };
export const acknowledge = ({ messageId }: IPublishPacket, reasonCode = 0): Packet => ({
  cmd: 'puback',
  messageId: messageId ?? 0,
  reasonCode,
});

/** An upstream on a loopback port that answers as the test wants, which no real broker can be made to do. */
export class ScriptedUpstream {
  readonly received: Packet[] = [];
  readonly #script: Script;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(script: Script) {
    this.#script = script;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** Any free port, if none is given. */
  async start(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Ends every connection. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** To every client. */
  send(packet: Packet, protocolVersion: 4 | 5 = 5): void {
    for (const socket of this.#sockets) socket.write(generate(packet, { protocolVersion }));
  }

  /** To every client, whatever it is. */
  sendBytes(bytes: Uint8Array): void {
    for (const socket of this.#sockets) socket.write(bytes);
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
    let protocolVersion = 5;
    const answer = (packet: Packet | undefined): void => {
      if (packet !== undefined) socket.write(generate(packet, { protocolVersion }));
    };
    const incoming = parser();
    incoming.on('packet', (packet) => {
      this.received.push(packet);
      if (packet.cmd === 'connect') {
        protocolVersion = packet.protocolVersion ?? 4;
        const connack = this.#script.connect(packet);
        answer(connack);
        if (connack === undefined || (connack.reasonCode ?? 0) !== 0 || (connack.returnCode ?? 0) !== 0) socket.end();
      } else if (packet.cmd === 'publish') answer(this.#script.publish?.(packet));
      else if (packet.cmd === 'subscribe') answer(this.#script.subscribe?.(packet));
      else if (packet.cmd === 'pubrel') answer(this.#script.release?.(packet));
      else if (packet.cmd === 'pingreq') answer({ cmd: 'pingresp' });
    });
    socket.on('data', (chunk) => incoming.parse(chunk));
  }
}
