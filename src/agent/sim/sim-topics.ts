import type { Bus, Origin } from '#broker';
import type { SimControl } from '#hw';
import { encodeRejection, type Message, type NodeTopics, parseTopic } from '#topics';
import { untimely } from '../entity/refusals.ts';
import { coded } from '../errors.ts';

const LEVELS: ReadonlyMap<string, boolean | 'open'> = new Map<string, boolean | 'open'>([
  ['high', true],
  ['low', false],
  ['open', 'open'],
]);

/** Hands for the simulated world on the bus: `sim/<line>/set` takes `high`, `low` or `open`. */
export class SimTopics {
  readonly #bus: Bus;
  readonly #topics: NodeTopics;
  readonly #sim: SimControl;
  #unsubscribe: (() => void) | undefined;

  constructor(bus: Bus, topics: NodeTopics, sim: SimControl) {
    this.#bus = bus;
    this.#topics = topics;
    this.#sim = sim;
  }

  start(): void {
    const receive = (message: Message, origin: Origin): void => {
      const refusal = this.#move(message);
      if (refusal !== undefined) void this.#reject(refusal, message, origin);
    };
    this.#unsubscribe = this.#bus.subscribe(this.#topics.filters.sim, receive, { retain_as_published: true });
  }

  stop(): void {
    this.#unsubscribe?.();
  }

  #move(message: Message): { readonly code: string; readonly message: string } | undefined {
    const { topic, payload } = message;
    if (payload.length === 0) return undefined;
    const refusal = untimely(message);
    if (refusal !== undefined) return refusal;
    const level = LEVELS.get(payload.toString());
    if (level === undefined) return { code: 'TOPICS_PAYLOAD_NOT_ALLOWED', message: 'a line takes high, low or open' };
    const parsed = parseTopic(topic);
    const line = parsed?.kind === 'sim' ? parsed.line : '';
    try {
      this.#sim.set(/^\d+$/.test(line) ? Number(line) : line, level);
      return undefined;
    } catch (error) {
      const ours = coded(error);
      if (ours === undefined) throw error;
      return { code: ours.code, message: ours.message };
    }
  }

  async #reject(refusal: { readonly code: string; readonly message: string }, { topic }: Message, { id }: Origin) {
    const payload = encodeRejection({ topic, ...refusal, client: id });
    await this.#bus.publish({ topic: this.#topics.rejected, payload, qos: 0, retain: false });
  }
}
