import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Blocks, type Part } from '../../../src/broker/outbox/blocks.ts';

const sequence = fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.constantFrom(255, 256, 257, 1e12, 1e12 + 1));
const part = fc.record({ class: fc.integer({ min: 0, max: 3 }), wanted_by: fc.constantFrom(1, 2, 3, 2 ** 49) });
const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant('row' as const), sequence, part }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('settle' as const), kept: fc.boolean() }) },
  ),
  { maxLength: 200, size: 'max' },
);

/** What a look at every row would say. */
class Rows {
  #kept = new Map<number, Part>();
  rows = new Map<number, Part>();

  settle(kept: boolean): void {
    if (kept) this.#kept = new Map(this.rows);
    else this.rows = new Map(this.#kept);
  }

  first(after: number, of: number): number | undefined {
    const found = [...this.rows].filter(([at, one]) => at > after && one.class === of).map(([at]) => at);
    return found.length === 0 ? undefined : Math.min(...found);
  }
}

test('whatever comes, goes, changes or is rolled back, the next rows of a class are where the blocks say', () => {
  fc.assert(
    fc.property(steps, fc.array(sequence, { minLength: 1, maxLength: 5 }), (list, afters) => {
      const blocks = new Blocks();
      const truth = new Rows();
      for (const step of list) {
        if (step.do === 'settle') {
          blocks.settle(step.kept);
          truth.settle(step.kept);
          continue;
        }
        const before = truth.rows.get(step.sequence);
        if (before === undefined) {
          blocks.add(step.sequence, step.part);
          truth.rows.set(step.sequence, step.part);
        } else if (before.class === step.part.class) {
          blocks.remove(step.sequence, before);
          truth.rows.delete(step.sequence);
        } else {
          blocks.change(step.sequence, before, step.part);
          truth.rows.set(step.sequence, step.part);
        }
      }
      for (const after of [0, ...afters]) {
        for (let of = 0; of < 4; of++) {
          const first = truth.first(after, of);
          const stretch = blocks.stretch(after, 1, (one) => one.class === of);
          // A block may have its rows of the class before the number that was asked from.
          if (first === undefined) expect(blocks.stretch(after + 300, 1, (one) => one.class === of)).toBeUndefined();
          else {
            expect(stretch?.after).toBeGreaterThanOrEqual(after);
            expect(stretch?.after).toBeLessThan(first);
            if (stretch?.after === after || after === 0) expect(stretch?.until).toBeLessThan(first + 256);
          }
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('a row far behind a million others is found without them, and many in one stretch', () => {
  const blocks = new Blocks();
  const telemetry = { class: 3, wanted_by: 1 };
  for (let block = 0; block < 4_000; block++) blocks.load(block * 256, telemetry, 256);
  blocks.load(900_000, { class: 0, wanted_by: 1 }, 1);
  const event = blocks.stretch(0, 400, ({ class: of }) => of === 0);
  expect(event?.after).toBeGreaterThan(900_000 - 257);
  expect(event?.until).toBeLessThan(900_000 + 257);
  expect(blocks.stretch(0, 400, ({ class: of }) => of === 3)).toEqual({ after: 0, until: 511 });
});
