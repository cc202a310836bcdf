import type { RegisteredClient } from '../core/router.ts';
import type { Delivery, Publication } from '../core/publication.ts';
import { LIMITS } from '../limits.ts';
import type { ClientStream } from '../listeners/client-stream.ts';
import { connectionVerdict } from '../listeners/connection-limit.ts';
import type { Way } from '../listeners/transport.ts';
import { Traffic } from '../presence/traffic.ts';
import type { Link } from '../session/link.ts';
import { AckQueue } from './ack-queue.ts';
import type { Admission } from './admission.ts';
import { GivenAliases, TopicAliases } from './aliases.ts';
import { encodeAcknowledgement } from './codec/acknowledgement.ts';
import { encodeConnack } from './codec/connect.ts';
import { decode } from './codec/decode.ts';
import { encodeDisconnect } from './codec/disconnect.ts';
import type { ProtocolVersion } from './codec/packet.ts';
import { headWithId } from './codec/publish.ts';
import type { Engine } from './engine.ts';
import { ProtocolFault } from './fault.ts';
import { dispatch } from './handlers/dispatch.ts';
import { handleFault } from './handlers/fault.ts';
import { Intake } from './intake.ts';
import { Keepalive } from './keepalive.ts';
import { lastWord } from './last-word.ts';
import { linger } from './linger.ts';
import { Outlet } from './outlet.ts';
import { PublishRate } from './publish-rate.ts';
import { REASON, type Reason } from './reason.ts';
import { Repeats } from './repeats.ts';
import { NO_TERMS, type Terms } from './terms.ts';
import { worded } from './worded.ts';

/** One socket's side of the protocol: bytes to packets to handlers, and back. Nothing is thrown out of it. */
export class Connection implements Link, RegisteredClient {
  readonly engine: Engine;
  /** The client's id, once it is let in. */
  id = '';
  readonly way: Way;
  readonly acks = new AckQueue((type, packetId, reason, why) => this.#acknowledge(type, packetId, reason, why));
  readonly aliases = new TopicAliases();
  readonly traffic = new Traffic();
  readonly repeats = new Repeats();
  /** While a QoS 2 message of the client is taken: what of it comes back to the client itself follows the PUBREC. */
  taking = false;
  readonly #rate = new PublishRate();
  terms: Terms = NO_TERMS;
  readonly #socket: ClientStream;
  readonly #intake: Intake;
  readonly #outlet: Outlet;
  /** The client's address. */
  readonly host: string;
  /** With its port. */
  readonly address: string;
  /** Undefined before its CONNECT was accepted. */
  #admission: Admission | undefined;
  #aliases: GivenAliases | undefined;
  #keepalive: Keepalive | undefined;
  #connectTimer: NodeJS.Timeout | undefined;
  #paceTimer: NodeJS.Timeout | undefined;
  #held = false;
  #reading = false;
  #closed = false;

  constructor(socket: ClientStream, way: Way, engine: Engine) {
    this.engine = engine;
    this.way = way;
    this.#socket = socket;
    this.#outlet = new Outlet(socket);
    this.#intake = new Intake(engine.strangers);
    this.host = socket.remoteAddress ?? '';
    this.address = `${this.host}:${socket.remotePort ?? 0}`;
  }

  /** Begins to read. */
  start(): void {
    this.engine.connections.add(this);
    if (connectionVerdict(this.engine.connections, this.host, this.engine.options.limits) === 'drop')
      return this.destroy();
    this.engine.counters.connections++;
    this.#socket.on('data', (chunk: Buffer) => this.#arrived(chunk));
    this.#socket.on('drain', () => this.#admission?.session.pump());
    this.#socket.on('end', () => this.#lost(true));
    this.#socket.on('error', () => {}); // The network's; 'close' follows.
    this.#socket.on('close', () => this.#lost(true));
    this.#connectTimer = setTimeout(() => this.destroy(), this.engine.options.limits.connect_timeout);
    this.#connectTimer.unref();
  }

  get version(): ProtocolVersion {
    return this.terms.version;
  }

  get window(): number {
    return this.terms.window;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get admission(): Admission | undefined {
    return this.#admission;
  }

  get ready(): boolean {
    return !this.taking && this.#outlet.waiting < LIMITS.slow_bytes;
  }

  takesQos0(live: boolean): boolean {
    return this.#outlet.waiting < (live ? LIMITS.slow_bytes : LIMITS.stalled_bytes);
  }

  /** The CONNECT is accepted: its CONNACK is the first thing the client gets [MQTT-3.2.0-1]. */
  admit(admission: Admission, connack: Buffer): void {
    clearTimeout(this.#connectTimer);
    this.#connectTimer = undefined;
    this.#intake.settle();
    this.#admission = admission;
    // A client that cannot even take its CONNACK [MQTT-3.1.2-24].
    if (connack.length > this.terms.maximumPacketSize) return this.destroy();
    if (this.terms.topicAliasMaximum > 0) this.#aliases = new GivenAliases(this.terms.topicAliasMaximum);
    this.#keepalive = new Keepalive(this.terms.keepAlive_s, {
      deaf: () => this.#held || this.#intake.full,
      expired: () => this.end(REASON.keep_alive_timeout),
    });
    this.#keepalive.start();
    this.send(connack);
    admission.session.attach(this);
  }

  /** The CONNECT is refused, and that ends it [MQTT-3.2.2-7]; `returnCode` is for those before MQTT 5. */
  refuse(reason: Reason, returnCode: number, why?: string): void {
    if (this.#closed) return;
    if (this.version !== 5) this.send(encodeConnack(this.version, false, returnCode));
    else this.sendWorded((words) => encodeConnack(5, false, reason, words ? { reasonString: words } : undefined), why);
    this.finish();
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

  /** Fewer messages are unacknowledged: what waited for that is read on. */
  eased(): void {
    if (this.#closed || this.#held || !this.#intake.waits) return;
    this.#socket.resume();
    this.#read();
  }

  send(packet: Buffer): void {
    if (this.#closed) return;
    this.engine.counters.packets_out++;
    this.#write(packet);
  }

  sendWorded(encode: (words?: string) => Buffer, why: string | undefined): void {
    const packet = worded(encode, why, this.terms);
    if (packet !== undefined) this.send(packet);
  }

  sendPublish(publication: Publication, delivery: Delivery, packetId: number, dup: boolean): boolean {
    const { topic } = publication.message;
    const alias = this.#aliases?.of(topic);
    const frame = publication.frame(this.version, delivery, alias);
    if (frame.size > this.terms.maximumPacketSize) return false;
    if (alias !== undefined && !alias.known) this.#aliases?.give(topic, alias);
    this.traffic.messages_out++;
    this.send(packetId === 0 ? frame.head : headWithId(frame, packetId, dup));
    if (frame.payload !== undefined && !this.#closed) this.#write(frame.payload);
    return true;
  }

  sendRelease(packetId: number): void {
    this.send(encodeAcknowledgement(this.version, 'pubrel', packetId));
  }

  /** Closes from our side; MQTT 5 clients are told why [MQTT 5.0, 3.14]. The will is sent, for the client did not end it. */
  end(reason: Reason, why?: string): void {
    if (this.#closed) return;
    if (this.version === 5 && this.#admission !== undefined) {
      this.sendWorded((words) => encodeDisconnect(reason, words), why);
    }
    this.finish();
  }

  /** Closes without another word. */
  finish(): void {
    this.farewell(true);
  }

  /** Closes as the client asked to. */
  farewell(withWill: boolean): void {
    this.#lost(withWill);
    linger(this.#socket, this.#outlet);
  }

  destroy(): void {
    this.#lost(true);
    this.#socket.destroy();
  }

  /** Aedes' registry gives the client id to another connection, or ends. */
  close(done: () => void): void {
    if (!this.#closed) {
      if (this.version === 5) this.send(lastWord(this.engine, this.terms));
      this.finish();
    }
    done();
  }

  #write(bytes: Buffer): void {
    this.engine.counters.bytes_out += bytes.length;
    this.#outlet.send(bytes);
  }

  #arrived(chunk: Buffer): void {
    if (this.#closed) return;
    this.engine.counters.bytes_in += chunk.length;
    this.#intake.push(chunk);
    if (this.#intake.unbearable) return this.destroy();
    if (this.#intake.waits) this.#keepalive?.heard(performance.now());
    this.#read();
  }

  #read(): void {
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (!this.#held && !this.#closed && this.#readOne());
      if (this.#intake.full) this.#socket.pause();
    } catch (error) {
      handleFault(this, error);
    } finally {
      this.#reading = false;
    }
  }

  #readOne(): boolean {
    const { packet_size } = this.engine.options.limits;
    const most = this.#admission === undefined ? Math.min(LIMITS.connect_bytes, packet_size) : packet_size;
    const frame = this.#intake.next(most, this.acks.length < this.terms.receiveMaximum);
    if (frame === undefined) return false;
    const packet = decode(frame.bytes, frame.bodyAt, this.terms);
    this.engine.counters.packets_in++;
    this.traffic.heard_ms = performance.now();
    this.#keepalive?.heard(this.traffic.heard_ms);
    dispatch(this, packet);
    return true;
  }

  /** A message was published: reads on later where that is above the rate. */
  paced(): void {
    const pace = this.#rate.spend(this.engine.options.limits.publish_rate, this.traffic.heard_ms);
    if (pace === 'too_fast')
      throw new ProtocolFault(REASON.message_rate_too_high, 'messages come too fast for too long');
    if (pace.wait_ms === 0) return;
    this.hold();
    this.#paceTimer = setTimeout(() => this.release(), pace.wait_ms);
    this.#paceTimer.unref();
  }

  #acknowledge(type: 'puback' | 'pubrec', packetId: number, reason: number, why: string | undefined): void {
    if (why !== undefined) return this.#acknowledgeWorded(type, packetId, reason, why);
    const packet = encodeAcknowledgement(this.version, type, packetId, reason);
    if (packet.length <= this.terms.maximumPacketSize) this.send(packet);
  }

  #acknowledgeWorded(type: 'puback' | 'pubrec', packetId: number, reason: number, why: string): void {
    this.sendWorded((words) => encodeAcknowledgement(this.version, type, packetId, reason, words), why);
  }

  /** Once, however it ended. */
  #lost(withWill: boolean): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#intake.settle();
    clearTimeout(this.#connectTimer);
    clearTimeout(this.#paceTimer);
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
