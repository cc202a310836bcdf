import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SqliteOutbox } from '../../../src/broker/outbox/sqlite-outbox.ts';
import type { OutboxEntry } from '../../../src/broker/outbox/outbox.ts';
import type { Store } from '../../../src/broker/store/store.ts';
import { bytes, MESSAGE_CLASSES, type MessageClass, milliseconds } from '../../../src/topics/index.ts';
import { DatabaseFolder } from '../../rigs/database.ts';

/** Small enough that every bound is reached: events refuse, states compact, telemetry drops. */
const BOUNDS = {
  max_bytes: bytes(12_000),
  max_age: milliseconds(1e9),
  classes: {
    event: { filters: ['event/#'], max_messages: 6 },
    state: { filters: ['state/#'], max_messages: 3 },
    telemetry: { max_bytes: bytes(4_000) },
  },
} as const;
const LANES = ['cloud', 'backup'] as const;
const CLASSES: readonly MessageClass[] = ['event', 'state', 'telemetry'];

type Lane = (typeof LANES)[number];
type Step =
  | {
      readonly do: 'append';
      readonly of: string;
      readonly topic: number;
      readonly to: readonly Lane[];
      readonly size: number;
      readonly patient: boolean;
    }
  | { readonly do: 'confirm' | 'refuse'; readonly lane: Lane; readonly from: number; readonly messages: number }
  | { readonly do: 'divide' | 'reopen lane'; readonly lane: Lane }
  | { readonly do: 'restart' };

const lane = fc.constantFrom(...LANES);
const steps = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('append' as const),
        of: fc.constantFrom(...CLASSES),
        topic: fc.nat(2),
        to: fc.uniqueArray(lane, { minLength: 1 }),
        size: fc.constantFrom(1, 500, 2_000),
        patient: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constantFrom('confirm' as const, 'refuse' as const),
        lane,
        from: fc.nat(3),
        messages: fc.integer({ min: 1, max: 5 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('divide' as const, 'reopen lane' as const), lane }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  ),
  { minLength: 40, maxLength: 60, size: 'max' },
);

/** Commits that the bounds may ask for without finding anything: compaction goes round all topics once before the oldest goes. */
const FRUITLESS_TURNS = 6;

/** An outbox, and what was asked of it. */
class Bench {
  readonly #folder = new DatabaseFolder();
  /** By payload, which lanes still have to get it. */
  readonly #owed = new Map<string, Set<Lane>>();
  readonly #topics = new Map<string, string>();
  /** On disk, and its publisher waits, or was left without an answer by a restart. */
  readonly #unacknowledged = new Set<string>();
  /** What a bound took while it was owed. */
  readonly #lost = new Set<string>();
  #store!: Store;
  #outbox!: SqliteOutbox;
  #dropped = 0;
  #next = 0;
  withheld: Promise<unknown>[] = [];

  async start(): Promise<void> {
    this.#store = await this.#folder.open();
    this.#outbox = new SqliteOutbox(this.#store, BOUNDS, this.#folder.kept.log);
    await this.#outbox.start(new AbortController().signal);
    for (const each of LANES) await this.#outbox.openLane(each);
  }

  async run(step: Step): Promise<void> {
    if (step.do === 'append') await this.#append(step);
    else if (step.do === 'restart') await this.#restart();
    else if (step.do === 'confirm' || step.do === 'refuse') await this.#settle(step);
    else if (step.do === 'divide') await this.#outbox.divide(step.lane);
    else {
      await this.#outbox.closeLane(step.lane);
      for (const lanes of this.#owed.values()) lanes.delete(step.lane);
      await this.#outbox.openLane(step.lane);
    }
    await this.#quiet();
    await this.#findLost();
  }

  async #append({ of, topic, to, size, patient }: Extract<Step, { do: 'append' }>): Promise<void> {
    const payload = `${this.#next++} `.padEnd(size);
    const message = { topic: `${of}/${topic}`, payload: Buffer.from(payload), qos: 1, retain: of === 'state' } as const;
    let kept: Promise<void>;
    try {
      kept = this.#outbox.append(message, to, { withhold: patient });
    } catch (error) {
      expect(error).toMatchObject({ code: 'OUTBOX_FULL' });
      expect([of, patient]).toEqual(['event', false]);
      return;
    }
    this.#owed.set(nameOf({ message }), new Set(to));
    this.#topics.set(nameOf({ message }), message.topic);
    const waits = this.#outbox.status().classes.event.withheld > 0 && of === 'event';
    if (!waits) return kept;
    const name = nameOf({ message });
    this.#unacknowledged.add(name);
    this.withheld.push(
      kept.then(
        () => this.#unacknowledged.delete(name),
        () => {},
      ),
    );
    return undefined;
  }

  async #settle({ do: how, lane: from, from: skip, messages }: Extract<Step, { do: 'confirm' | 'refuse' }>) {
    const entries = (await this.#outbox.peek(from, 0, 20)).slice(skip, skip + messages);
    const sequences = entries.map(({ sequence }) => sequence);
    if (how === 'confirm') await this.#outbox.confirm(from, sequences);
    else for (const sequence of sequences) await this.#outbox.refuse(from, sequence, 'no');
    for (const { message } of entries) this.#owed.get(nameOf({ message }))?.delete(from);
  }

  async #restart(): Promise<void> {
    await this.#quiet();
    const before = this.#figures();
    this.#dropped += this.#drops();
    await this.stop();
    await this.start();
    // What was found on disk is what was counted.
    expect(this.#figures()).toEqual(before);
  }

  async stop(): Promise<void> {
    await this.#outbox.stop();
    await this.#store.stop();
  }

  /** Until the bounds have done what they do. */
  async #quiet(): Promise<void> {
    for (let before = ''; before !== JSON.stringify(this.#figures()); ) {
      before = JSON.stringify(this.#figures());
      for (let turn = 0; turn < FRUITLESS_TURNS; turn++) await this.#store.ask('classes', 'rules');
    }
  }

  async #findLost(): Promise<void> {
    const there = new Set<string>();
    for (const each of LANES) for (const entry of await this.#outbox.peek(each, 0, 1_000)) there.add(nameOf(entry));
    for (const [payload, lanes] of this.#owed) {
      if (lanes.size === 0 || there.has(payload)) continue;
      this.#lost.add(payload);
      this.#owed.delete(payload);
    }
    expect(this.#lost.size).toBe(this.#dropped + this.#drops());
  }

  #figures() {
    const { depth, bytes: size, lanes, classes } = this.#outbox.status();
    const of = MESSAGE_CLASSES.map((each) => [each, classes[each].depth, classes[each].bytes]);
    return { depth, size, lanes, of };
  }

  #drops(): number {
    const { max_bytes, max_messages, compacted, max_age, expired } = this.#outbox.status().drops;
    return max_bytes + max_messages + compacted + max_age + expired;
  }

  async check(): Promise<void> {
    const there = new Map<string, Set<Lane>>();
    for (const each of LANES) {
      const all = await this.#outbox.peek(each, 0, 1_000);
      expect(all).toHaveLength(this.#outbox.status().lanes[each] ?? 0);
      const byClass = await Promise.all(MESSAGE_CLASSES.map((of) => this.#outbox.peek(each, 0, 1_000, of)));
      // Each class has its messages, in the order they were published.
      expect(byClass.flat().toSorted((a, b) => a.sequence - b.sequence)).toEqual(all);
      for (const entries of byClass) {
        const numbers = entries.map(({ message }) => Number(nameOf({ message })));
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      }
      for (const { message } of all) {
        const payload = nameOf({ message });
        there.set(payload, (there.get(payload) ?? new Set()).add(each));
      }
    }
    // Nothing was invented, and nothing is missing.
    const owed = [...this.#owed].filter(([, lanes]) => lanes.size > 0);
    expect(there).toEqual(new Map(owed));
    const { depth, classes } = this.#outbox.status();
    expect(depth).toBe(there.size);
    // What is acknowledged is within the bounds.
    expect(classes.state.depth).toBeLessThanOrEqual(3);
    expect(classes.telemetry.bytes).toBeLessThanOrEqual(4_000);
    const events = [...there.keys()].filter((name) => this.#topics.get(name)?.startsWith('event/'));
    expect(events.filter((name) => !this.#unacknowledged.has(name)).length).toBeLessThanOrEqual(6);
  }

  async drain(): Promise<void> {
    for (const each of LANES) {
      const entries = await this.#outbox.peek(each, 0, 1_000);
      await this.#outbox.confirm(
        each,
        entries.map(({ sequence }) => sequence),
      );
    }
    expect(this.#outbox.status()).toMatchObject({ depth: 0, bytes: 0, oldest_age_ms: undefined });
    // There is room: whoever waited has an answer.
    await Promise.all(this.withheld);
    expect(this.#outbox.status().classes.event).toMatchObject({ withheld: 0, refuses: false });
  }

  async remove(): Promise<void> {
    await this.#outbox.stop();
    await this.#folder.remove();
  }
}

const nameOf = ({ message }: Pick<OutboxEntry, 'message'>): string => message.payload.toString().trimEnd();

test('whatever happens: the accounts are those of the disk, every class keeps its order, and nothing leaves uncounted', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      const bench = new Bench();
      await bench.start();
      try {
        for (const step of list) await bench.run(step);
        await bench.check();
        await bench.drain();
      } finally {
        await bench.remove();
      }
    }),
    { numRuns: Number(process.env['OUTBOX_RUNS'] ?? 5), interruptAfterTimeLimit: 60_000 },
  );
}, 120_000);
