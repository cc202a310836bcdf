import type { Bus, Origin } from '#broker';
import { encodeRejection, type Message, type NodeTopics, nodeTopics, parseTopic } from '#topics';
import type { Logger } from 'pino';
import type { AgentErrorCode } from '../errors.ts';
import type { CommandRefusal, Entity } from '../platforms/platform.ts';
import { untimely } from './refusals.ts';

/** Brings what comes on the `set` topics of a node to its entities, and says on `rejected` what was not taken and why. */
export class Commands {
  readonly #bus: Bus;
  readonly #topics: NodeTopics;
  readonly #entity: (id: string) => Entity | undefined;
  readonly #taken: (id: string) => void;
  readonly #log: Logger;
  #unsubscribe: (() => void) | undefined;

  /** `taken` is called for each command that was not refused, before the entity has done anything with it. */
  constructor(
    bus: Bus,
    node: string,
    entity: (id: string) => Entity | undefined,
    taken: (id: string) => void,
    log: Logger,
  ) {
    this.#bus = bus;
    this.#topics = nodeTopics(node);
    this.#entity = entity;
    this.#taken = taken;
    this.#log = log;
  }

  start(): void {
    const take = (message: Message, origin: Origin) => this.#take(message, origin);
    this.#unsubscribe = this.#bus.subscribe(this.#topics.filters.set, take, { retain_as_published: true });
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  /** In the turn that the message came in: the order of commands is the order of the bus, and nothing waits. */
  #take(message: Message, origin: Origin): void {
    // Somebody, or we ourselves below, takes a retained command off the bus [MQTT-3.3.1-6]: that is no command.
    if (message.retain && message.payload.length === 0) return;
    if (message.retain) this.#clear(message);
    const refusal = untimely(message) ?? this.#command(message, origin);
    if (refusal) this.#reject(refusal, message, origin);
  }

  #command({ topic, payload }: Message, origin: Origin): CommandRefusal | undefined {
    const parsed = parseTopic(topic);
    const id = parsed?.kind === 'entity' ? parsed.entity : (topic.split('/').at(-2) ?? '');
    const entity = this.#entity(id);
    if (!entity) return refusal('AGENT_ENTITY_UNKNOWN', `this node has no entity ${JSON.stringify(id)}`);
    if (!entity.command) return refusal('AGENT_ENTITY_READ_ONLY', `${id} takes no commands`);
    const refused = entity.command(payload, origin);
    if (!refused) this.#taken(id);
    return refused;
  }

  /** A retained command would be carried out at each start, long after anybody meant it. It is taken off the bus. */
  #clear({ topic }: Message): void {
    this.#publish({ topic, payload: Buffer.alloc(0), qos: 0, retain: true });
  }

  #reject({ code, message }: CommandRefusal, { topic }: Message, origin: Origin): void {
    // Who is here sees the answer; who is at the other end of a bridge may not.
    this.#log[origin.kind === 'bridge' ? 'warn' : 'debug']({ topic, code, client: origin.id }, message);
    const payload = encodeRejection({ topic, code, message, client: origin.id });
    this.#publish({ topic: this.#topics.rejected, payload, qos: 0, retain: false });
  }

  #publish(message: Message): void {
    this.#bus
      .publish(message)
      .catch((error: unknown) => this.#log.debug({ err: error }, 'an answer was not published'));
  }
}

const refusal = (code: AgentErrorCode, message: string): CommandRefusal => ({ code, message });
