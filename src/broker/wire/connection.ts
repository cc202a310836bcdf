import type { Socket } from 'node:net';
import type { Identity } from '../access/access.ts';
import type { RegisteredClient } from '../core/router.ts';
import { LIMITS } from '../limits.ts';
import type { Origin } from '../ports.ts';
import { Traffic } from '../presence/traffic.ts';
import type { Link } from '../session/link.ts';
import type { Session } from '../session/session.ts';
import { AckQueue } from './ack-queue.ts';
import { TopicAliases } from './aliases.ts';
import { encodeAcknowledgement } from './codec/acknowledgement.ts';
import { encodeConnack, UnknownProtocol } from './codec/connect.ts';
import { type Dialect, decode } from './codec/decode.ts';
import { encodeDisconnect } from './codec/disconnect.ts';
import type { ProtocolVersion } from './codec/packet.ts';
import { headWithId, type PublishFrame } from './codec/publish.ts';
import type { Engine } from './engine.ts';
import { ProtocolFault } from './fault.ts';
import { Framer } from './framer.ts';
import { dispatch } from './handlers/dispatch.ts';
import { Keepalive } from './keepalive.ts';
import { Outlet } from './outlet.ts';
import { REASON, type Reason } from './reason.ts';

/** How long a client may take to read what it is told last. */
const LINGER_MS = 1_000;
/** Return code of MQTT 3.1.1, table 3.1. */
const UNACCEPTABLE_PROTOCOL_VERSION = 0x01;

/** What a CONNECT settled, from then on. */
export interface Admission {
  readonly clientId: string;
  readonly identity: Identity;
  readonly session: Session;
  readonly origin: Origin;
  readonly keepAlive_s: number;
  /** Wall clock, milliseconds since 1970. */
  readonly since: number;
}

/** One socket's side of the protocol: bytes to packets to handlers, and back. Nothing is thrown out of it. */
export class Connection implements Link, RegisteredClient {
  readonly engine: Engine;
  /** The client's id, once it is let in. */
  id = '';
  /** Which listener it came by. */
  readonly listener: string;
  readonly acks = new AckQueue((type, packetId, reason) => this.#acknowledge(type, packetId, reason));
  readonly aliases = new TopicAliases();
  readonly traffic = new Traffic();
  dialect: Dialect = { version: 4, bridge: false };
  maximumPacketSize = Number.POSITIVE_INFINITY;
  window: number = LIMITS.inflight;
  readonly #socket: Socket;
  readonly #framer = new Framer();
  readonly #outlet: Outlet;
  /** The client's address. */
  readonly host: string;
  /** With its port. */
  readonly address: string;
  #admission: Admission | undefined;
  #keepalive: Keepalive | undefined;
  #connectTimer: NodeJS.Timeout | undefined;
  #held = false;
  #reading = false;
  #closed = false;

  constructor(socket: Socket, listener: string, engine: Engine) {
    this.engine = engine;
    this.listener = listener;
    this.#socket = socket;
    this.#outlet = new Outlet(socket);
    this.host = socket.remoteAddress ?? '';
    this.address = `${this.host}:${socket.remotePort ?? 0}`;
  }

  /** Begins to read. */
  start(): void {
    this.engine.connections.add(this);
    this.engine.counters.connections++;
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk: Buffer) => this.#arrived(chunk));
    this.#socket.on('drain', () => this.#admission?.session.pump());
    this.#socket.on('end', () => this.#lost(true));
    // What went wrong with a socket is the network's; 'close' follows.
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => this.#lost(true));
    this.#connectTimer = setTimeout(() => this.destroy(), LIMITS.connect_timeout_ms);
    this.#connectTimer.unref();
  }

  get version(): ProtocolVersion {
    return this.dialect.version;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Undefined before its CONNECT was accepted. */
  get admission(): Admission | undefined {
    return this.#admission;
  }

  get ready(): boolean {
    return this.#outlet.waiting < LIMITS.slow_bytes;
  }

  takesQos0(live: boolean): boolean {
    return this.#outlet.waiting < (live ? LIMITS.slow_bytes : LIMITS.stalled_bytes);
  }

  /** The CONNECT is accepted: its CONNACK is the first thing the client gets [MQTT-3.2.0-1]. */
  admit(admission: Admission, connack: Buffer): void {
    clearTimeout(this.#connectTimer);
    this.#admission = admission;
    this.#keepalive = new Keepalive(admission.keepAlive_s, () => this.#silent());
    this.#keepalive.start();
    this.send(connack);
    admission.session.attach(this);
  }

  /** The CONNECT is refused, and that ends it [MQTT-3.2.2-7]; `returnCode` is for those before MQTT 5. */
  refuse(reason: Reason, returnCode: number, why: string): void {
    if (this.#closed) return;
    const connack =
      this.version === 5
        ? encodeConnack(5, false, reason, { reasonString: why })
        : encodeConnack(this.version, false, returnCode);
    this.send(connack);
    this.#finish();
  }

  /** Stops reading until `release`: what comes after has to wait, within what a socket buffers. */
  hold(): void {
    this.#held = true;
    this.#socket.pause();
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    if (this.#closed) return;
    this.#socket.resume();
    this.#read();
  }

  send(packet: Buffer): void {
    if (this.#closed) return;
    this.engine.counters.packets_out++;
    this.#write(packet);
  }

  sendPublish(frame: PublishFrame, packetId: number, dup: boolean): void {
    this.traffic.messages_out++;
    this.send(packetId === 0 ? frame.head : headWithId(frame, packetId, dup));
    if (frame.payload !== undefined && !this.#closed) this.#write(frame.payload);
  }

  sendRelease(packetId: number, reason: number): void {
    this.send(encodeAcknowledgement(this.version, 'pubrel', packetId, reason));
  }

  /** Closes from our side; MQTT 5 clients are told why [MQTT 5.0, 3.14]. The will is sent, for the client did not end it. */
  end(reason: Reason, why?: string): void {
    if (this.#closed) return;
    if (this.version === 5 && this.#admission !== undefined) this.send(encodeDisconnect(reason, why));
    this.#finish();
  }

  /** Closes as the client asked to. */
  farewell(withWill: boolean): void {
    this.#lost(withWill);
    this.#linger();
  }

  destroy(): void {
    this.#lost(true);
    this.#socket.destroy();
  }

  /** Aedes' registry gives the client id to another connection, or ends. */
  close(done: () => void): void {
    this.end(this.engine.stopping ? REASON.server_shutting_down : REASON.session_taken_over);
    done();
  }

  #write(bytes: Buffer): void {
    this.engine.counters.bytes_out += bytes.length;
    this.#outlet.send(bytes);
  }

  #arrived(chunk: Buffer): void {
    if (this.#closed) return;
    this.engine.counters.bytes_in += chunk.length;
    this.#framer.push(chunk);
    this.#read();
  }

  #read(): void {
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (!this.#held && !this.#closed && this.#readOne()) this.#throttle();
    } catch (error) {
      this.#fault(error);
    } finally {
      this.#reading = false;
    }
  }

  #readOne(): boolean {
    const frame = this.#framer.next(this.#admission === undefined ? LIMITS.connect_bytes : LIMITS.packet_bytes);
    if (frame === undefined) return false;
    const packet = decode(frame.bytes, frame.bodyAt, this.dialect);
    this.engine.counters.packets_in++;
    this.traffic.heard_ms = performance.now();
    this.#keepalive?.heard(this.traffic.heard_ms);
    dispatch(this, packet);
    return true;
  }

  /** A client that has as much unacknowledged as it may waits, instead of being cut off. */
  #throttle(): void {
    if (this.acks.length >= LIMITS.receive_maximum) this.hold();
  }

  /** Silence that is of our own making is none. */
  #silent(): void {
    if (!this.#held) return this.end(REASON.keep_alive_timeout);
    this.#keepalive?.heard(performance.now());
    this.#keepalive?.start();
  }

  #acknowledge(type: 'puback' | 'pubrec', packetId: number, reason: number): void {
    this.send(encodeAcknowledgement(this.version, type, packetId, reason));
  }

  #fault(error: unknown): void {
    const { log } = this.engine;
    const who = { client: this.id, address: this.address };
    if (error instanceof UnknownProtocol) {
      log.debug({ ...who, reason: error.message }, 'a client speaks another protocol');
      if (error.answerable) this.send(encodeConnack(4, false, UNACCEPTABLE_PROTOCOL_VERSION));
      this.#finish();
    } else if (error instanceof ProtocolFault) {
      if (this.engine.refusals.begins(`fault ${this.host} ${this.id}`)) {
        log.warn({ ...who, reason: error.message }, 'a client broke the protocol and was disconnected');
      }
      this.end(error.reason, error.message);
    } else {
      log.error({ ...who, err: error }, 'a packet could not be handled');
      this.end(REASON.unspecified);
    }
  }

  #finish(): void {
    this.#lost(true);
    this.#linger();
  }

  /** Lets what was written last go out; what still comes in is thrown away, for unread bytes would reset the connection. */
  #linger(): void {
    this.#outlet.flush();
    this.#socket.resume();
    this.#socket.end();
    setTimeout(() => this.#socket.destroy(), LINGER_MS).unref();
  }

  /** Once, however it ended. */
  #lost(withWill: boolean): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#connectTimer);
    this.#keepalive?.stop();
    this.engine.connections.delete(this);
    const admission = this.#admission;
    if (admission === undefined) return;
    this.engine.router.unregister(this);
    this.engine.presence.left(this);
    this.engine.sessions.lost(admission.session, this, withWill);
    this.engine.log.debug({ client: this.id, address: this.address }, 'a client left');
  }
}
