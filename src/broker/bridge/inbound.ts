import { carriedQos, type Message, parseTopic } from '#topics';
import type { Logger } from 'pino';
import type { InRule } from '../options.ts';
import type { Bus } from '../ports.ts';
import type { Link } from '../upstream/link.ts';

/** Takes what the `in` rules want from the upstream to the local bus, acknowledged upstream once it is taken over. */
export class Inbound {
  readonly #rules: readonly InRule[];
  readonly #bus: Bus;
  readonly #log: Logger;

  /** The bus publishes as this bridge, so that nothing goes back to where it came from. */
  constructor(rules: readonly InRule[], bus: Bus, log: Logger) {
    this.#rules = rules;
    this.#bus = bus;
    this.#log = log;
  }

  async subscribe(link: Link): Promise<void> {
    if (this.#rules.length === 0) return;
    await link.subscribe(this.#rules);
  }

  /** Settles once the message is taken over, or was refused: in both cases it need not come again. */
  async take(message: Message): Promise<void> {
    // A session outlives the rules that it was subscribed by.
    if (carriedQos(this.#rules, message.topic) === undefined) return;
    if (message.retain && isCommand(message.topic)) {
      this.#log.warn({ topic: message.topic }, 'a retained command from the upstream was refused');
      return;
    }
    await this.#bus.publish(message);
  }
}

/** A command acts when it is sent; a retained one would act again at every connection. */
function isCommand(topic: string): boolean {
  const parsed = parseTopic(topic);
  if (parsed === undefined) return false;
  return parsed.kind === 'call' || parsed.kind === 'sim' || (parsed.kind === 'entity' && parsed.part === 'set');
}
