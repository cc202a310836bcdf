import type { Message, Qos, UserProperty } from '#topics';
import type { MqttClient, Packet } from 'mqtt';
import { BrokerError } from '../errors.ts';
import { GivenAliases } from '../wire/aliases.ts';
import { encodeAcknowledgement } from '../wire/codec/acknowledgement.ts';
import { encodePublish } from '../wire/codec/publish.ts';
import { writeTogether } from '../wire/outlet.ts';
import { REASON } from '../wire/reason.ts';
import { ackFault, isTaken } from './faults.ts';
import type { PacketIdentifiers } from './identifiers.ts';
import type { Inlet } from './inlet.ts';
import type { LinkLimits } from './limits.ts';

/**
 * What became of a publish; undefined: the upstream has it. UPSTREAM_MESSAGE_REFUSED: it will never take it, UPSTREAM_QUOTA and
 * UPSTREAM_REFUSED: not now; else the end of the link.
 */
export type Answered = (fault: BrokerError | undefined) => void;

/** mqtt.js's connection, and what we have of it ourselves. */
export interface Connection {
  readonly client: MqttClient;
  readonly identifiers: PacketIdentifiers;
  readonly inlet: Pick<Inlet, 'onTaken'>;
}

/** A publish on its way. */
interface Flight {
  readonly topic: string;
  readonly since_ms: number;
  readonly answered: Answered;
}

/**
 * Publishes over mqtt.js's connection, whose own way takes a dozen writes, a copy and a place in a store for each message: what
 * is sent in one turn of the event loop goes in one write. How much may be on its way is for whoever publishes to bound.
 */
export class Publisher {
  readonly #client: MqttClient;
  readonly #protocol: 4 | 5;
  readonly #limits: LinkLimits;
  readonly #identifiers: PacketIdentifiers;
  readonly #aliases: GivenAliases;
  /**
   * By packet identifier. No Map: each message passing through one leaves it garbage that V8 takes for alive until it collects
   * the whole heap, for the tables that it outgrew keep each other.
   */
  readonly #flights: (Flight | undefined)[] = [];
  #inFlight = 0;
  /** With QoS 0, until they are written. */
  readonly #unwritten = new Set<Answered>();
  #chunks: Buffer[] = [];

  constructor({ client, identifiers, inlet }: Connection, protocol: 4 | 5, limits: LinkLimits) {
    this.#client = client;
    this.#protocol = protocol;
    this.#limits = limits;
    this.#identifiers = identifiers;
    this.#aliases = new GivenAliases(limits.topic_alias_maximum);
    client.on('packetreceive', (packet) => this.#take(packet));
    inlet.onTaken = (taken) => {
      for (const identifier of taken) this.#answer(identifier, REASON.success);
      // As it does with what it reads itself: an answer to a ping may be long in coming behind all that is on its way.
      client.reschedulePing();
    };
  }

  /** Publishes without an answer yet. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** When the oldest publish without an answer was sent, by the monotonic clock; undefined: there is none. */
  get oldest_ms(): number | undefined {
    let oldest_ms: number | undefined;
    for (const flight of this.#flights) {
      if (flight !== undefined) oldest_ms = Math.min(flight.since_ms, oldest_ms ?? flight.since_ms);
    }
    return oldest_ms;
  }

  /** Tells with the PUBACK (QoS 1), the PUBCOMP (QoS 2), or once it was written (QoS 0). */
  publish(message: Message, wanted: Qos, marks: readonly UserProperty[], answered: Answered): void {
    const { topic } = message;
    const { maximum_qos, maximum_packet_size: most = Number.POSITIVE_INFINITY, retain_available } = this.#limits;
    const qos = wanted > maximum_qos ? maximum_qos : wanted;
    const alias = this.#aliases.of(topic);
    const frame = encodePublish(
      this.#protocol,
      alias?.known === true ? '' : topic,
      message.payload,
      withMarks(message, marks),
      { qos, retain: message.retain && retain_available, ...(alias !== undefined && { topicAlias: alias.number }) },
    );
    if (frame.size > most) {
      const why = `${frame.size} bytes, and the upstream takes ${most}`;
      return answered(new BrokerError('UPSTREAM_MESSAGE_REFUSED', `${topic}: ${why}`));
    }
    if (alias !== undefined) this.#aliases.give(topic, alias);
    if (qos === 0) this.#unwritten.add(answered);
    else {
      const identifier = this.#identifiers.allocate();
      if (identifier === null) throw new Error('a window has fewer publishes than there are packet identifiers');
      frame.head.writeUInt16BE(identifier, frame.idAt);
      this.#flights[identifier] = { topic, since_ms: performance.now(), answered };
      this.#inFlight += 1;
    }
    this.#write(frame.head);
    if (frame.payload !== undefined) this.#write(frame.payload);
  }

  /** Nothing is answered any more. */
  end(reason: BrokerError): void {
    const flights = this.#flights.splice(0);
    const unwritten = [...this.#unwritten];
    this.#inFlight = 0;
    this.#unwritten.clear();
    for (const answered of unwritten) answered(reason);
    for (const flight of flights) flight?.answered(reason);
  }

  #take(packet: Packet): void {
    if (packet.cmd === 'puback') this.#answer(packet.messageId ?? 0, packet.reasonCode ?? REASON.success);
    // It had its PUBREC: whatever code comes here, the upstream has it.
    else if (packet.cmd === 'pubcomp') this.#answer(packet.messageId ?? 0, REASON.success);
    else if (packet.cmd === 'pubrec') this.#release(packet.messageId ?? 0, packet.reasonCode ?? REASON.success);
  }

  #answer(identifier: number, reason: number): void {
    const flight = this.#flights[identifier];
    if (flight === undefined) return;
    this.#flights[identifier] = undefined;
    this.#inFlight -= 1;
    this.#identifiers.deallocate(identifier);
    flight.answered(isTaken(reason) ? undefined : ackFault(flight.topic, reason));
  }

  #release(identifier: number, reason: number): void {
    if (!isTaken(reason)) this.#answer(identifier, reason);
    else if (this.#flights[identifier] !== undefined)
      this.#write(encodeAcknowledgement(this.#protocol, 'pubrel', identifier));
  }

  #write(chunk: Buffer): void {
    this.#chunks.push(chunk);
    if (this.#chunks.length === 1) process.nextTick(() => this.#flush());
  }

  #flush(): void {
    const chunks = this.#chunks;
    const unwritten = [...this.#unwritten];
    this.#chunks = [];
    const { stream } = this.#client;
    if (!stream.writable) return;
    writeTogether(stream, chunks, (error) => {
      // The end of the link says why.
      if (!error) for (const answered of unwritten) if (this.#unwritten.delete(answered)) answered(undefined);
    });
  }
}

function withMarks({ properties }: Message, marks: readonly UserProperty[]): Message['properties'] {
  if (marks.length === 0) return properties;
  return { ...properties, userProperties: [...(properties?.userProperties ?? []), ...marks] };
}
