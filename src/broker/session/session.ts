import type { Logger } from 'pino';
import type { Counters, DropReason } from '../core/counters.ts';
import type { Episode } from '../core/episode.ts';
import type { Publication } from '../core/publication.ts';
import type { Recipient, Subscriber } from '../core/subscriber.ts';
import { type Acl, NOTHING } from '../access/acl.ts';
import { LIMITS } from '../limits.ts';
import { ProtocolFault } from '../wire/fault.ts';
import { FAILURE, REASON } from '../wire/reason.ts';
import type { Link } from './link.ts';
import { BoundedQueue } from './queue.ts';
import type { Outgoing, SessionState } from './state.ts';

/** What all sessions share. */
export interface SessionParts {
  readonly counters: Counters;
  readonly drops: Episode;
  readonly log: Logger;
}

/** One client's session: what is on its way to it, over as many connections as it takes. */
export class Session implements Subscriber {
  readonly state: SessionState;
  readonly #parts: SessionParts;
  /** The user it belongs to, so that nobody else takes it over. */
  user: string | undefined;
  /** Monotonic milliseconds when the connection was lost; undefined while connected. */
  lost_ms: number | undefined;
  /** What its user may do; nothing, until that is known. */
  acl: Acl = NOTHING;
  #link: Link | undefined;

  constructor(clientId: string, parts: SessionParts) {
    this.#parts = parts;
    this.state = {
      clientId,
      expiry_s: 0,
      subscriptions: new Map(),
      queue: new BoundedQueue(LIMITS.queue_messages, LIMITS.queue_bytes),
      inflight: new Map(),
      incoming: new Set(),
      lastPacketId: 0,
      will: undefined,
    };
  }

  get clientId(): string {
    return this.state.clientId;
  }

  mayRead(topic: string): boolean {
    return this.acl.mayRead(topic);
  }

  get link(): Link | undefined {
    return this.#link;
  }

  /** Connected: what was in flight goes again, in its order and before anything newer [MQTT-4.4.0-1, 4.6.0-1]. */
  attach(link: Link): void {
    this.#link = link;
    this.lost_ms = undefined;
    for (const [packetId, { outgoing, stage }] of this.state.inflight) {
      if (stage === 'released') link.sendRelease(packetId);
      else this.#write(link, outgoing, packetId, true);
    }
    this.pump();
  }

  detach(): void {
    this.#link = undefined;
    this.lost_ms = performance.now();
  }

  deliver(publication: Publication, recipient: Recipient): void {
    const { qos: published } = publication.message;
    const qos = published < recipient.qos ? published : recipient.qos;
    const retain = publication.message.retain && recipient.retainAsPublished;
    this.send(publication, qos, retain, recipient.identifiers, true);
  }

  /** `live` is false for a retained message that a new subscription asked for. */
  send(
    publication: Publication,
    qos: 0 | 1 | 2,
    retain: boolean,
    identifiers: readonly number[] | undefined,
    live: boolean,
  ): void {
    const link = this.#link;
    if (qos !== 0) {
      this.#enqueue({ publication, qos, retain, bytes: publication.bytes, ...(identifiers && { identifiers }) });
      // A session without a connection keeps QoS 1 and 2 alone, as the specification lets it (MQTT 5.0, 4.1).
    } else if (link !== undefined) {
      if (!link.takesQos0(live)) return this.#drop('slow_client', publication);
      const delivery = { qos, retain, ...(identifiers && { identifiers }) };
      if (!link.sendPublish(publication, delivery, 0, false)) return this.#drop('packet_too_large', publication);
      this.#count(publication);
    }
  }

  /** Sends what waits, as far as the client's window and its socket go. */
  pump(): void {
    const { queue, inflight } = this.state;
    for (;;) {
      const link = this.#link;
      if (link === undefined || !link.ready || inflight.size >= link.window) return;
      const outgoing = queue.shift();
      if (outgoing === undefined) return;
      this.#begin(link, outgoing);
    }
  }

  /** PUBACK, of success or not: the message is done [MQTT-4.3.2-5]. */
  acknowledged(packetId: number): void {
    const known = this.state.inflight.get(packetId);
    if (known === undefined) return;
    if (known.outgoing.qos !== 1) throw new ProtocolFault(REASON.protocol_error, 'a PUBACK for a QoS 2 message');
    this.#finish(packetId);
  }

  /** PUBREC [MQTT-4.3.3-4]; the answer is PUBREL, also to one that is not known. */
  received(packetId: number, reason: number): void {
    const known = this.state.inflight.get(packetId);
    if (known?.outgoing.qos === 1) throw new ProtocolFault(REASON.protocol_error, 'a PUBREC for a QoS 1 message');
    if (reason >= FAILURE) return this.#finish(packetId);
    if (known !== undefined) known.stage = 'released';
    this.#link?.sendRelease(packetId);
  }

  /** PUBCOMP. */
  completed(packetId: number): void {
    const known = this.state.inflight.get(packetId);
    if (known === undefined) return;
    if (known.stage !== 'released') throw new ProtocolFault(REASON.protocol_error, 'a PUBCOMP before its PUBREC');
    this.#finish(packetId);
  }

  #finish(packetId: number): void {
    this.state.inflight.delete(packetId);
    this.pump();
  }

  #enqueue(outgoing: Outgoing): void {
    const dropped = this.state.queue.push(outgoing);
    for (let i = 0; i < dropped; i++) this.#drop('queue_full', outgoing.publication);
    if (this.#link !== undefined) this.pump();
  }

  #begin(link: Link, outgoing: Outgoing): void {
    const left_s = outgoing.publication.remaining_s();
    if (left_s !== undefined && left_s <= 0) return this.#drop('expired', outgoing.publication);
    const packetId = this.#nextPacketId();
    if (!this.#write(link, outgoing, packetId, false)) return;
    this.state.inflight.set(packetId, { outgoing, stage: 'published' });
  }

  /** False: it is too large for this client, and counts as delivered [MQTT-3.1.2-25]. */
  #write(link: Link, outgoing: Outgoing, packetId: number, dup: boolean): boolean {
    const { publication } = outgoing;
    if (!link.sendPublish(publication, outgoing, packetId, dup)) {
      this.state.inflight.delete(packetId);
      this.#drop('packet_too_large', publication);
      return false;
    }
    this.#count(publication);
    return true;
  }

  /** The next one that is not in use [MQTT-2.2.1-4]; the window is far smaller than there are. */
  #nextPacketId(): number {
    const { state } = this;
    do state.lastPacketId = (state.lastPacketId % 65_535) + 1;
    while (state.inflight.has(state.lastPacketId));
    return state.lastPacketId;
  }

  #count({ message }: Publication): void {
    const { counters } = this.#parts;
    counters.messages_out++;
    counters.payload_bytes_out += message.payload.length;
  }

  #drop(reason: DropReason, publication: Publication): void {
    const { counters, drops, log } = this.#parts;
    counters.dropped[reason]++;
    if (!drops.begins(`${reason} ${this.clientId}`)) return;
    log.warn({ client: this.clientId, topic: publication.message.topic, reason }, 'messages to a client are dropped');
  }
}
