import { z } from 'zod';
import type { BridgeStatus, Owed } from '#broker';
import type { OutboxHealth } from '#topics';
import { outboxHealth } from '../health/outbox.ts';
import { method, type Method } from './method.ts';

/** What `outbox.status` answers. Times are in seconds, rates in messages a second. */
interface OutboxReport extends Omit<OutboxHealth, 'size_bytes'> {
  readonly bytes: number;
  readonly dead_letters: number;
  readonly bridges: readonly {
    readonly name: string;
    readonly state: string;
    readonly breaker: string;
    readonly depth: number;
    readonly bytes: number;
    readonly oldest_age_s?: number;
    /** Messages that the upstream took since the start. */
    readonly drained: number;
    readonly rate_per_s: number;
    /** Until it owes nothing, at that rate; missing: it does not drain. */
    readonly drain_s?: number;
    readonly last_error?: string;
    readonly remedy?: string;
  }[];
}

const LIST_LIMIT = 100;
/** `id` is what a call itself is known by. */
const letter = z.int().min(1);
const letters = z.strictObject({ letters: z.array(letter).min(1).max(LIST_LIMIT) });

/** What waits for upstreams, and what they refused. */
export const outboxMethods: readonly Method[] = [
  method({
    name: 'outbox.status',
    summary: 'what waits by class and for each upstream, in messages and bytes, since when, and how fast it goes',
    params: z.strictObject({}),
    run: async (_params, { outbox, bridges, deadLetters }): Promise<OutboxReport> => {
      // Of one moment, before anything is waited for.
      const { size_bytes, ...health } = outboxHealth(outbox.status());
      const statuses = bridges.status();
      const dead_letters = await deadLetters.count();
      const reports = statuses.map(async (bridge) => bridgeReport(bridge, await outbox.owed(bridge.name)));
      return { ...health, bytes: size_bytes, dead_letters, bridges: await Promise.all(reports) };
    },
  }),
  method({
    name: 'outbox.dead.list',
    summary: `what upstreams refused for good, ${LIST_LIMIT} at a time: {"bridge":"cloud","after":0}`,
    params: z.strictObject({ bridge: z.string().max(64).optional(), after: z.int().min(0).default(0) }),
    run: ({ bridge, after }, { deadLetters }) => deadLetters.list(bridge, after, LIST_LIMIT),
  }),
  method({
    name: 'outbox.dead.show',
    summary: 'a dead letter with its payload: {"letter":7}',
    params: z.strictObject({ letter }),
    run: async (params, { deadLetters }) => {
      const { message, ...letter } = await deadLetters.show(params.letter);
      return {
        ...letter,
        qos: message.qos,
        retain: message.retain,
        payload_base64: message.payload.toString('base64'),
      };
    },
  }),
  method({
    name: 'outbox.dead.retry',
    summary: 'sends dead letters once more, not retained: {"letters":[7]}',
    params: letters,
    run: async (params, { deadLetters }) => {
      for (const each of params.letters) await deadLetters.retry(each);
      return params;
    },
  }),
  method({
    name: 'outbox.dead.delete',
    summary: 'deletes dead letters: {"letters":[7]}',
    params: letters,
    run: async (params, { deadLetters }) => {
      for (const each of params.letters) await deadLetters.delete(each);
      return params;
    },
  }),
];

const bridgeReport = (
  { name, state, breaker, depth, drained, rate_per_s, drain_s, last_error }: BridgeStatus,
  { bytes, oldest_age_ms }: Owed,
): OutboxReport['bridges'][number] => ({
  name,
  state,
  breaker,
  depth,
  bytes,
  ...(oldest_age_ms !== undefined && { oldest_age_s: Math.round(oldest_age_ms / 1000) }),
  drained,
  rate_per_s: Math.round(rate_per_s * 10) / 10,
  ...(drain_s !== undefined && { drain_s }),
  ...(last_error && { last_error: last_error.message }),
  ...(last_error?.remedy !== undefined && { remedy: last_error.remedy }),
});
