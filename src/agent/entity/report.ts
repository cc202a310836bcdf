import type { Bus, Origin } from '#broker';
import { encodeJson, type EntityTopics, formatEvent, OFFLINE, ONLINE, type Qos } from '#topics';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { CommandRefusal, EntityReport } from '../platforms/platform.ts';
import type { Cause } from './cause.ts';
import { commander } from './links.ts';
import type { ToldPart } from './own-topics.ts';
import type { Recorded } from './recorded.ts';

/** So that subscribers and bridges that ask for QoS 1 get it; inside the process nothing waits for it. */
const QOS: Qos = 1;
const NOTHING = Buffer.alloc(0);

/** Who wants to know what becomes of an entity's commands. */
export interface CommandOutcome {
  done(): void;
  gaveUp(refusal: CommandRefusal, origin: Origin): void;
}

const NOBODY_ASKS: CommandOutcome = { done: () => undefined, gaveUp: () => undefined };

/** What an entity says, on its topics. Remembers the last of it for who asks. */
export class BusReport implements EntityReport {
  readonly #bus: Bus;
  readonly #topics: EntityTopics;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #recorded: Recorded | undefined;
  readonly #commands: CommandOutcome;
  #attributes: Readonly<Record<string, unknown>> = {};
  /** As they were published last. */
  #attributes_payload: string | undefined;
  #failing = false;
  state_payload: string | undefined;
  /** Milliseconds since 1970, by the wall clock. */
  last_changed_ms: number | undefined;
  #availability: typeof ONLINE | typeof OFFLINE | undefined;

  constructor(
    bus: Bus,
    topics: EntityTopics,
    clock: Clock,
    log: Logger,
    recorded?: Recorded,
    commands: CommandOutcome = NOBODY_ASKS,
  ) {
    this.#bus = bus;
    this.#topics = topics;
    this.#clock = clock;
    this.#log = log;
    this.#recorded = recorded;
    this.#commands = commands;
  }

  get available(): boolean {
    return this.#availability === ONLINE;
  }

  state(payload: string, cause?: Cause): void {
    this.#recorded?.state(payload, cause);
    if (payload !== this.state_payload) this.last_changed_ms = this.#clock.now();
    this.state_payload = payload;
    this.#publish(this.#topics.state, Buffer.from(payload), true);
  }

  attributes(change: Readonly<Record<string, unknown>>): void {
    this.#attributes = { ...this.#attributes, ...change };
    const payload = encodeJson(this.#attributes);
    if (payload.toString() === this.#attributes_payload) return;
    this.#attributes_payload = payload.toString();
    this.#publish(this.#topics.attributes, payload, true);
  }

  event(value: { readonly event_type: string } & Readonly<Record<string, unknown>>): void {
    const payload = formatEvent(value);
    this.#recorded?.event(payload.toString());
    this.#publish(this.#topics.event, payload, false);
  }

  availability(online: boolean): void {
    this.#availability = online ? ONLINE : OFFLINE;
    if (!online) this.#recorded?.unavailable();
    this.#publish(this.#topics.availability, Buffer.from(this.#availability), true);
  }

  /** The entity ends: nobody knows what is so from then on. */
  ended(): void {
    this.#recorded?.unavailable({ kind: 'stop' });
  }

  done(): void {
    this.#commands.done();
  }

  gaveUp(refusal: CommandRefusal, cause: Cause): void {
    const origin = commander(cause);
    if (origin !== undefined) this.#commands.gaveUp(refusal, origin);
  }

  /** Says again what it said last, and nothing where it said nothing yet. */
  again(part: ToldPart): void {
    const last = { state: this.state_payload, attributes: this.#attributes_payload, availability: this.#availability };
    this.#publish(this.#topics[part], Buffer.from(last[part] ?? ''), true);
  }

  /** Takes back everything retained: the entity is no more. */
  clear(): void {
    const { state, attributes, availability } = this.#topics;
    for (const topic of [state, attributes, availability]) this.#publish(topic, NOTHING, true);
  }

  #publish(topic: string, payload: Buffer, retain: boolean): void {
    this.#bus.publish({ topic, payload, qos: QOS, retain }).then(
      () => {
        if (this.#failing) this.#log.info('publishing works again');
        this.#failing = false;
      },
      (error: unknown) => {
        if (!this.#failing) this.#log.error({ err: error }, 'publishing failed');
        this.#failing = true;
      },
    );
  }
}
