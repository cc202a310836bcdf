import type { Bus, Origin } from '#broker';
import {
  type CallError,
  type CallOutcome,
  type CallRequest,
  encodeRejection,
  type Message,
  milliseconds,
  type NodeTopics,
  parseCall,
  parseTopic,
  type ReplyAddress,
  replyMessage,
  TOPICS_ERRORS,
} from '#topics';
import type { Logger } from 'pino';
import { AgentError, coded } from '../errors.ts';
import { untimely } from '../entity/refusals.ts';
import { within } from '../lifecycle/sequence.ts';
import type { CallableNode, Method } from './method.ts';

/** Calls at work at once; one more is told to come back. */
const MAX_RUNNING = 16;
/** The longest that a method may take. */
const DEADLINE_MS = milliseconds(10_000);

export interface ResponderOptions {
  readonly bus: Bus;
  readonly topics: NodeTopics;
  readonly methods: readonly Method[];
  readonly node: CallableNode;
  /** Home Assistant's discovery prefix: an answer below it would announce a device. */
  readonly discovery_prefix: string;
  readonly log: Logger;
}

/** Answers what comes on `call/<method>`: each request gets one answer, or a rejection when it names nowhere to answer. */
export class Responder {
  readonly #options: ResponderOptions;
  readonly #methods: ReadonlyMap<string, Method>;
  #running = 0;
  #unsubscribe: (() => void) | undefined;

  constructor(options: ResponderOptions) {
    this.#options = options;
    this.#methods = new Map(options.methods.map((method) => [method.name, method]));
  }

  start(): void {
    const { bus, topics } = this.#options;
    const receive = (message: Message, origin: Origin): void => void this.#receive(message, origin);
    this.#unsubscribe = bus.subscribe(topics.filters.call, receive, { retain_as_published: true });
  }

  stop(): void {
    this.#unsubscribe?.();
  }

  async #receive(message: Message, origin: Origin): Promise<void> {
    const { log } = this.#options;
    // Somebody, or we ourselves, clears a retained call.
    if (message.payload.length === 0 && message.retain) return;
    try {
      if (message.retain) await this.#clear(message);
      const parsed = parseCall(message);
      if (!parsed.ok) await this.#refuse(message, origin, parsed);
      else if (this.#mayForgeDiscovery(parsed.value.reply.topic)) await this.#refuse(message, origin, FORGERY);
      else await this.#reply(parsed.value.reply, await this.#outcome(message, parsed.value));
    } catch (error) {
      log.error({ err: error, topic: message.topic, client: origin.id }, 'a call got no answer');
    }
  }

  async #outcome(message: Message, { params, reply }: CallRequest): Promise<CallOutcome> {
    if (this.#running >= MAX_RUNNING) {
      return failed(new AgentError('AGENT_CALL_BUSY', `${MAX_RUNNING} calls are being answered already`));
    }
    this.#running += 1;
    try {
      const method = this.#methodOf(message);
      const work = Promise.resolve(method.call(params, this.#options.node, reply));
      return { ok: true, result: await within(DEADLINE_MS, work, method.name) };
    } catch (error) {
      if (coded(error) === undefined) this.#options.log.error({ err: error, topic: message.topic }, 'a call failed');
      return failed(error);
    } finally {
      this.#running -= 1;
    }
  }

  #methodOf(message: Message): Method {
    if (message.retain) {
      throw new AgentError('AGENT_CALL_RETAINED', `${message.topic} is retained, and a retained call is not answered`);
    }
    const refusal = untimely(message);
    if (refusal !== undefined) throw new AgentError('AGENT_COMMAND_HISTORIC', refusal.message);
    const topic = parseTopic(message.topic);
    const name = topic?.kind === 'call' ? topic.method : (message.topic.split('/').at(-1) ?? '');
    const method = this.#methods.get(name);
    if (method !== undefined) return method;
    const known = [...this.#methods.keys()].join(', ');
    throw new AgentError('AGENT_CALL_UNKNOWN', `there is no method ${JSON.stringify(name)}; there are: ${known}`);
  }

  /** The payload is wrong. The answer still finds its way where the properties of MQTT 5 name it. */
  async #refuse(message: Message, origin: Origin, fault: Fault): Promise<void> {
    const addressed = parseCall({ ...message, payload: Buffer.alloc(0) });
    if (addressed.ok && fault !== FORGERY) {
      const { remedy } = TOPICS_ERRORS[fault.code];
      return this.#reply(addressed.value.reply, {
        ok: false,
        error: { code: fault.code, message: fault.message, remedy },
      });
    }
    const { bus, topics } = this.#options;
    const payload = encodeRejection({ topic: message.topic, ...fault, client: origin.id });
    return bus.publish({ topic: topics.rejected, payload, qos: 0, retain: false });
  }

  /** A retained call would be made again at each start, long after anybody waits for its answer. */
  #clear({ topic }: Message): Promise<void> {
    return this.#options.bus.publish({ topic, payload: Buffer.alloc(0), qos: 0, retain: true });
  }

  #reply(address: ReplyAddress, outcome: CallOutcome): Promise<void> {
    return this.#options.bus.publish(replyMessage(address, outcome));
  }

  #mayForgeDiscovery(topic: string): boolean {
    const { discovery_prefix } = this.#options;
    return topic === discovery_prefix || topic.startsWith(`${discovery_prefix}/`);
  }
}

interface Fault {
  readonly code: keyof typeof TOPICS_ERRORS;
  readonly message: string;
}

const FORGERY: Fault = {
  code: 'TOPICS_CALL_REPLY_TOPIC_REFUSED',
  message: "an answer does not go below Home Assistant's discovery prefix",
};

function failed(error: unknown): CallOutcome {
  return { ok: false, error: callError(error) };
}

function callError(error: unknown): CallError {
  const ours = coded(error);
  if (ours !== undefined) return { code: ours.code, message: ours.message, remedy: ours.remedy };
  const { code, remedy } = new AgentError('AGENT_CALL_FAILED', '');
  return { code, message: error instanceof Error ? error.message : String(error), remedy };
}
