import type { Bus, Origin } from '#broker';
import { type Message, type NodeTopics, parseTopic } from '#topics';
import type { Logger } from 'pino';
import type { AgentErrorCode } from '../errors.ts';
import type { CommandRefusal, Entity } from '../platforms/platform.ts';
import { untimely } from './refusals.ts';
import type { Rejections } from './rejections.ts';

export interface CommandsOptions {
  readonly bus: Bus;
  readonly topics: NodeTopics;
  readonly rejections: Rejections;
  entity(id: string): Entity | undefined;
  /** Called for each command that was not refused, before the entity has done anything with it. */
  taken(id: string): void;
  readonly log: Logger;
}

/** Brings what comes on the `set` topics of a node to its entities, and says on `rejected` what was not taken and why. */
export class Commands {
  readonly #options: CommandsOptions;
  #unsubscribe: (() => void) | undefined;

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  start(): void {
    const take = (message: Message, origin: Origin) => this.#take(message, origin);
    const { bus, topics } = this.#options;
    this.#unsubscribe = bus.subscribe(topics.filters.set, take, { retain_as_published: true });
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
    if (refusal) this.#options.rejections.tell(refusal, message.topic, origin);
  }

  #command({ topic, payload }: Message, origin: Origin): CommandRefusal | undefined {
    const parsed = parseTopic(topic);
    const id = parsed?.kind === 'entity' ? parsed.entity : (topic.split('/').at(-2) ?? '');
    const entity = this.#options.entity(id);
    if (!entity) return refusal('AGENT_ENTITY_UNKNOWN', `this node has no entity ${JSON.stringify(id)}`);
    if (!entity.command) return refusal('AGENT_ENTITY_READ_ONLY', `${id} takes no commands`);
    const refused = entity.command(payload, origin);
    if (!refused) this.#options.taken(id);
    return refused;
  }

  /** A retained command would be carried out at each start, long after anybody meant it. It is taken off the bus. */
  #clear({ topic }: Message): void {
    const { bus, log } = this.#options;
    bus
      .publish({ topic, payload: Buffer.alloc(0), qos: 0, retain: true })
      .catch((error: unknown) => log.debug({ err: error }, 'a retained command was not taken off the bus'));
  }
}

const refusal = (code: AgentErrorCode, message: string): CommandRefusal => ({ code, message });
