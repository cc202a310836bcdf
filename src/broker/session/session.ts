import type { Logger } from 'pino';
import { type Acl, NOTHING } from '../access/acl.ts';
import type { Counters, DropReason } from '../core/counters.ts';
import { type Delivery, deliveryBy, type Publication } from '../core/publication.ts';
import type { Recipient, Subscriber } from '../core/subscriber.ts';
import type { LimitOptions } from '../options.ts';
import { ProtocolFault } from '../wire/fault.ts';
import { FAILURE, REASON } from '../wire/reason.ts';
import type { SessionArchive } from './archive.ts';
import { Backlog } from './backlog.ts';
import { Drops } from './drops.ts';
import { Incoming } from './incoming.ts';
import { Inflight } from './inflight.ts';
import type { Link } from './link.ts';
import { nextPacketId } from './packet-id.ts';
import type { RetainedFeed } from './retained-feed.ts';
import { RetainedFeeds } from './retained-feeds.ts';
import type { Outgoing, SessionState } from './state.ts';

/** Messages that may wait while more retained ones are handed over. */
const FEED_WAITING = 64;

/** What all sessions share. */
export interface SessionParts {
  readonly counters: Counters;
  readonly log: Logger;
  /** Undefined: sessions end with the process. */
  readonly archive: SessionArchive | undefined;
  /** As the config has them now. */
  readonly limits: () => LimitOptions;
  /** So many bytes more are queued. */
  readonly onQueued: (bytes: number) => void;
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
  readonly #drops: Drops;
  readonly #incoming: Incoming;
  readonly #feeds = new RetainedFeeds({
    takesMore: () => this.#link?.ready === true && this.state.queue.length < FEED_WAITING,
    send: (publication, delivery) => {
      if (this.mayRead(publication.message.topic)) this.#send(publication, delivery, false);
    },
  });

  constructor(clientId: string, parts: SessionParts) {
    this.#parts = parts;
    this.#drops = new Drops(clientId, parts);
    this.state = {
      clientId,
      row: 0,
      expiry_s: 0,
      subscriptions: new Map(),
      held_bytes: 0,
      filter_characters: 0,
      queue: new Backlog({
        archive: parts.archive,
        limits: parts.limits,
        onReady: () => this.pump(),
        onDropped: (messages) => this.#drops.addAll('queue_full', messages),
      }),
      inflight: new Inflight(),
      incoming: new Set(),
      lastPacketId: 0,
      reserved: new Set(),
      will: undefined,
    };
    this.#incoming = new Incoming(this.state, parts.archive);
  }

  get clientId(): string {
    return this.state.clientId;
  }

  /** Whether it has to survive a crash. */
  get durable(): boolean {
    return this.state.row > 0 && this.state.expiry_s > 0;
  }

  mayRead(topic: string): boolean {
    return this.acl.mayRead(topic);
  }

  /** QoS 1 and 2 messages that it was given and that are not acknowledged to the end. */
  get under_way(): number {
    return this.state.inflight.size + this.state.queue.length;
  }

  get link(): Link | undefined {
    return this.#link;
  }

  /** Connected: what was in flight goes again, in its order and before anything newer [MQTT-4.4.0-1, 4.6.0-1]. */
  attach(link: Link): void {
    this.#link = link;
    this.lost_ms = undefined;
    for (const [packetId, { stage }] of this.state.inflight) {
      if (stage === 'released') link.sendRelease(packetId);
      else this.state.inflight.postpone(packetId);
    }
    this.state.queue.resume();
    this.pump();
  }

  detach(): void {
    this.#link = undefined;
    this.lost_ms = performance.now();
    const { inflight, queue, reserved } = this.state;
    if (!this.durable) return;
    for (const [packetId] of inflight) reserved.add(packetId);
    queue.away(Array.from(inflight, ([, { outgoing }]) => outgoing));
    inflight.clear();
  }

  deliver(publication: Publication, recipient: Recipient): void {
    const { qos: published } = publication.message;
    const qos = published < recipient.qos ? published : recipient.qos;
    const retain = publication.message.retain && recipient.retainAsPublished;
    this.#send(publication, deliveryBy(qos, retain, recipient.identifiers), true, recipient.share);
  }

  /** Retained messages for a new subscription, as fast as the client takes them and nobody else waits. */
  feed(filter: string, feed: RetainedFeed): void {
    this.#feeds.add(filter, feed);
  }

  /** The subscription ended. */
  endFeed(filter: string): void {
    this.#feeds.end(filter);
  }

  /** Sends what waits, as far as the client's window and its socket go. */
  pump(): void {
    const { queue, inflight } = this.state;
    for (;;) {
      const link = this.#link;
      if (link === undefined || !link.ready) return;
      const again = inflight.nextAgain(link.window);
      if (again !== undefined) {
        this.#write(link, again[1].outgoing, again[0], true);
        continue;
      }
      if (!inflight.hasRoom(link.window)) return;
      const outgoing = queue.next();
      if (outgoing === undefined) break;
      this.#begin(link, outgoing);
    }
    // All that the client may know from before is in memory again, or done.
    if (queue.length === 0) this.state.reserved.clear();
    this.#feeds.serve();
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
    this.state.inflight.answered(packetId);
    if (reason >= FAILURE) return this.#finish(packetId);
    if (known === undefined || known.stage === 'released') return this.#link?.sendRelease(packetId);
    if (known.stage === 'releasing') return;
    const { sequence } = known.outgoing;
    const { archive } = this.#parts;
    known.stage = archive === undefined || sequence === 0 ? 'released' : 'releasing';
    if (known.stage === 'released') return this.#link?.sendRelease(packetId);
    const release = (): void => {
      if (this.state.inflight.get(packetId) !== known) return;
      known.stage = 'released';
      this.#link?.sendRelease(packetId);
    };
    // On disk before the client hears of it: after a crash it would take the same message for a new one.
    archive?.release(sequence).then(release, release);
  }

  /** PUBCOMP. */
  completed(packetId: number): void {
    const known = this.state.inflight.get(packetId);
    if (known === undefined) return;
    if (known.stage !== 'released') throw new ProtocolFault(REASON.protocol_error, 'a PUBCOMP before its PUBREC');
    this.#finish(packetId);
  }

  /** Takes a QoS 2 message of the client; PUBREC waits for what is returned. */
  receive(packetId: number, publish: () => Promise<void> | undefined): Promise<void> | undefined {
    return this.#incoming.take(packetId, this.durable, publish);
  }

  /** What the PUBREC of one that came before waits for. */
  receiving(packetId: number): Promise<void> | undefined {
    return this.#incoming.pending(packetId);
  }

  /** PUBREL came; PUBCOMP waits for what is returned. */
  free(packetId: number): Promise<void> | undefined {
    return this.#incoming.free(packetId, this.durable);
  }

  #finish(packetId: number): void {
    const known = this.state.inflight.end(packetId);
    if (known === undefined) return;
    if (known.outgoing.sequence > 0) this.#parts.archive?.done(known.outgoing.sequence);
    this.pump();
  }

  /** `live` is false for a retained message that a new subscription asked for. */
  #send(publication: Publication, delivery: Delivery, live: boolean, share?: string): void {
    const { qos } = delivery;
    const link = this.#link;
    if (qos !== 0) return this.#enqueue(publication, delivery, qos, share);
    // A session without a connection keeps QoS 1 and 2 alone, as the specification lets it (MQTT 5.0, 4.1).
    if (link === undefined) return;
    // It came just now: reading the clock would be half of what a drop costs.
    const { received_ms } = publication;
    if (!link.takesQos0(live)) return this.#drops.add('slow_client', publication, received_ms);
    if (link.sendPublish(publication, delivery, 0, false)) this.#count(publication);
    else this.#drops.add('packet_too_large', publication, received_ms);
  }

  #enqueue(publication: Publication, { retain, identifiers }: Delivery, qos: 1 | 2, share?: string): void {
    const { state } = this;
    const { queue, inflight, row } = state;
    const link = this.#link;
    const archive = this.durable || queue.onDisk ? this.#parts.archive : undefined;
    const outgoing: Outgoing = {
      publication,
      qos,
      retain,
      identifiers,
      share,
      bytes: publication.bytes,
      acl: this.acl,
      packetId: archive === undefined ? 0 : nextPacketId(state),
      sequence: archive?.nextSequence() ?? 0,
      again: false,
      released: false,
      kept: archive === undefined ? 'yes' : 'waiting',
    };
    const flows = link !== undefined && link.ready && inflight.hasRoom(link.window) && queue.length === 0;
    // A QoS 2 publish is not known again after a crash unless all of it is in one commit.
    const soon = flows && publication.message.qos === 1;
    publication.need(queue.add(row, outgoing, link !== undefined, soon));
    this.#parts.onQueued(outgoing.bytes);
    if (link !== undefined) this.pump();
  }

  #begin(link: Link, outgoing: Outgoing): void {
    const { publication, released, again } = outgoing;
    const { state } = this;
    if (outgoing.packetId === 0) outgoing.packetId = nextPacketId(state);
    const { packetId } = outgoing;
    state.reserved.delete(packetId);
    if (released) {
      state.inflight.begin(packetId, { outgoing, stage: 'released' });
      return link.sendRelease(packetId);
    }
    const left_ms = publication.remaining_ms();
    if (left_ms !== undefined && left_ms <= 0) return this.#giveUp('expired', outgoing);
    if (outgoing.acl !== this.acl && !this.mayRead(publication.message.topic)) {
      return this.#giveUp('not_authorized', outgoing);
    }
    state.inflight.begin(packetId, { outgoing, stage: 'published' });
    this.#write(link, outgoing, packetId, again);
  }

  /** What is too large for this client counts as delivered [MQTT-3.1.2-25]. */
  #write(link: Link, outgoing: Outgoing, packetId: number, dup: boolean): void {
    if (link.sendPublish(outgoing.publication, outgoing, packetId, dup)) return this.#count(outgoing.publication);
    this.state.inflight.end(packetId);
    this.#giveUp('packet_too_large', outgoing);
  }

  #giveUp(reason: DropReason, { publication, sequence }: Outgoing): void {
    if (sequence > 0) this.#parts.archive?.done(sequence);
    this.#drops.add(reason, publication);
  }

  #count({ message }: Publication): void {
    const { counters } = this.#parts;
    counters.messages_out++;
    counters.payload_bytes_out += message.payload.length;
  }
}
