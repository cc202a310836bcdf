import {
  comesFrom,
  comesIn,
  encodeRejection,
  goesOut,
  type Message,
  nodeTopics,
  overlaps,
  parseTopic,
  patternFilter,
  PinbusError,
  type Qos,
  takenIn,
  upstreamFilter,
  withoutPast,
} from '#topics';
import type { Logger } from 'pino';
import { BrokerError } from '../errors.ts';
import type { BridgeOptions, InRule } from '../options.ts';
import type { Bus } from '../ports.ts';
import type { Subscription } from '../upstream/link.ts';
import type { LoopGuard } from './loop-guard.ts';

export interface InboundParts {
  readonly node: string;
  /** Publishes as the bridge, so that nothing goes back to where it came from. */
  readonly bus: (bridge: string) => Bus;
  /** Publishes as the node itself. */
  readonly own: Bus;
  readonly guard: LoopGuard;
}

/** Takes what the `in` rules want from the upstream to the local bus, acknowledged upstream once it is taken over. */
export class Inbound {
  readonly #bridge: BridgeOptions;
  readonly #parts: InboundParts;
  readonly #bus: Bus;
  readonly #log: Logger;

  constructor(bridge: BridgeOptions, parts: InboundParts, log: Logger) {
    this.#bridge = bridge;
    this.#parts = parts;
    this.#bus = parts.bus(bridge.name);
    this.#log = log;
  }

  /** Whether who sends commands by these rules can read what was not taken. */
  get answersSenders(): boolean {
    const { set, call } = nodeTopics(this.#parts.node).filters;
    const commands = this.#bridge.in.some(({ filter, to }) =>
      [set, call].some((commands) => overlaps(patternFilter(to ?? filter), commands)),
    );
    return !commands || goesOut(this.#bridge, nodeTopics(this.#parts.node).rejected) !== undefined;
  }

  /** What the rules want, as it is asked for upstream. */
  get subscriptions(): readonly Subscription[] {
    const { prefix, in: rules } = this.#bridge;
    return rules.map(({ filter, qos, retain }) => ({ filter: upstreamFilter(prefix, filter), qos, retained: retain }));
  }

  /**
   * Settles once the message is taken over, or was refused for good: in both cases it need not come again. Rejects where it is
   * worth another try: then it is not acknowledged.
   */
  async take(sent: Message, protocol: 4 | 5): Promise<void> {
    const carried = comesIn(this.#bridge, sent.topic);
    // A session outlives the rules that it was subscribed by; and below a prefix a filter reaches topics that begin with "$".
    if (carried === undefined) return;
    const { rule, topic } = carried;
    if (topic === undefined) return this.#refuse(sent, 'BRIDGE_TOPIC_UNNAMED', `${sent.topic} has no valid name here`);
    // MQTT 3.1.1 cannot be asked to keep what it has retained; it only says that it had.
    if (!rule.retain && protocol === 4 && sent.retain) return;
    const message = this.#named(sent, rule, topic);
    const { guard, node } = this.#parts;
    const way = { id: this.#bridge.name, unmarked_bridge: protocol === 4 };
    const astray = guard.astray(message, way);
    if (astray !== undefined) return this.#log.debug({ topic, astray }, 'a message from the upstream was here before');
    const refusal = this.#refusal(message, rule);
    if (refusal !== undefined) return this.#refuse(message, refusal.code, refusal.message);
    try {
      await this.#bus.publish(takenIn(way.unmarked_bridge ? withoutPast(message) : message, node));
    } catch (error) {
      guard.forget(message, way);
      if (!(error instanceof PinbusError) || error.retryable) throw error;
      this.#refuse(message, error.code, error.message);
    }
  }

  #named(sent: Message, rule: InRule, topic: string): Message {
    const { responseTopic } = sent.properties ?? {};
    return {
      ...sent,
      topic,
      qos: atMost(sent.qos, rule.qos),
      retain: sent.retain && rule.retain,
      ...(responseTopic === undefined
        ? {}
        : {
            properties: {
              ...sent.properties,
              responseTopic: comesFrom(this.#bridge, responseTopic) ?? responseTopic,
            },
          }),
    };
  }

  #refusal({ topic }: Message, { entities }: InRule): BrokerError | undefined {
    const parsed = parseTopic(topic);
    const isOwn = parsed?.node === this.#parts.node;
    const commanded = parsed?.kind === 'entity' && parsed.part === 'set' ? parsed.entity : undefined;
    if (entities !== undefined && !(isOwn && commanded !== undefined && entities.includes(commanded))) {
      return new BrokerError(
        'BRIDGE_ENTITY_NOT_ALLOWED',
        `${topic}: the rule is for commands to ${entities.join(', ')}`,
      );
    }
    if (!isOwn || commanded !== undefined || parsed.kind === 'call' || parsed.kind === 'sim') return undefined;
    return new BrokerError('BRIDGE_TOPIC_OWN', `${topic}: only this node itself says that`);
  }

  /** It changed nothing, and its sender can read why. */
  #refuse({ topic }: Message, code: string, message: string): void {
    const { node, own } = this.#parts;
    this.#log.warn({ topic, code }, `a message from the upstream was refused: ${message}`);
    const payload = encodeRejection({ topic, code, message, client: this.#bridge.name });
    own.publish({ topic: nodeTopics(node).rejected, payload, qos: 0, retain: false }).catch((error: unknown) => {
      this.#log.debug({ err: error }, 'a rejection was not published');
    });
  }
}

const atMost = (qos: Qos, limit: Qos): Qos => (qos > limit ? limit : qos);
