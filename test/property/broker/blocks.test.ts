import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Blocks, type Sum } from '../../../src/broker/outbox/blocks.ts';

const sequence = fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.constantFrom(255, 256, 257, 1e12, 1e12 + 1));
const row: fc.Arbitrary<Sum> = fc.record({
  class: fc.integer({ min: 0, max: 3 }),
  wanted_by: fc.constantFrom(1, 2, 3, 2 ** 49),
  rows: fc.constant(1),
  bytes: fc.nat(),
});
const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant('row' as const), sequence, row }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('settle' as const), kept: fc.boolean() }) },
  ),
  { maxLength: 200, size: 'max' },
);

/** What a look at every row would say. */
class Rows {
  #kept = new Map<number, Sum>();
  rows = new Map<number, Sum>();

  settle(kept: boolean): void {
    if (kept) this.#kept = new Map(this.rows);
    else this.rows = new Map(this.#kept);
  }

  bytesUntil(until: number, of: number): number {
    const found = [...this.rows].filter(([at, one]) => at <= until && one.class === of);
    return found.reduce((sum, [, { bytes }]) => sum + bytes, 0);
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
          blocks.add(step.sequence, step.row);
          truth.rows.set(step.sequence, step.row);
        } else if (before.class === step.row.class) {
          blocks.remove(step.sequence, before);
          truth.rows.delete(step.sequence);
        } else {
          blocks.change(step.sequence, before, step.row);
          truth.rows.set(step.sequence, step.row);
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
            // From the beginning on no block is looked at in vain, and what it takes is known to the byte.
            if (after === 0 && stretch !== undefined) expect(stretch.bytes).toBe(truth.bytesUntil(stretch.until, of));
          }
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('a row far behind a million others is found without them, and many in one stretch', () => {
  const blocks = new Blocks();
  const telemetry = { class: 3, wanted_by: 1, rows: 256, bytes: 25_600 };
  for (let block = 0; block < 4_000; block++) blocks.load(block * 256, telemetry);
  blocks.load(900_000, { class: 0, wanted_by: 1, rows: 1, bytes: 100 });
  const event = blocks.stretch(0, 400, ({ class: of }) => of === 0);
  expect(event?.after).toBeGreaterThan(900_000 - 257);
  expect(event?.until).toBeLessThan(900_000 + 257);
  expect(blocks.stretch(0, 400, ({ class: of }) => of === 3)).toEqual({ after: 0, until: 511, bytes: 51_200 });
});
