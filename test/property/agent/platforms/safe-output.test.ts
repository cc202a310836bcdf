import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { EntityBench } from '../../../rigs/entity-bench.ts';

const LINES = [18, 23, 24] as const;
const IDS = ['a', 'b', 'c'] as const;

const happenings = fc.array(
  fc.record({
    which: fc.constantFrom(0 as const, 1 as const, 2 as const),
    what: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('ON', 'OFF', 'TOGGLE') },
      { weight: 1, arbitrary: fc.constantFrom('stuck' as const, 'gone' as const, 'healed' as const) },
    ),
    after_ms: fc.constantFrom(0, 1, 100, 499, 500, 3_000, 12_000),
  }),
  { maxLength: 40 },
);
const conflict = fc.constantFrom('refuse', 'take_over');

test('whatever is commanded and fails, outputs of a group are never on together, and no switch is faster than its dead time', async () => {
  await fc.assert(
    fc.asyncProperty(happenings, fc.tuple(conflict, conflict, conflict), async (all, conflicts) => {
      const bench = new EntityBench();
      await bench.start(
        ...IDS.map((id, index) => ({
          id,
          platform: index === 2 ? 'light' : 'switch',
          ...(index === 2 && { brightness: false }),
          line: LINES[index],
          max_on: '1m',
          interlock: { group: 'motor', conflict: conflicts[index], dead_time: '500ms' },
        })),
      );
      const off_ms = LINES.map(() => 0);
      const on = new Set<number>();
      // A watcher must not throw: it would look like a fault of the line.
      const faults: string[] = [];
      for (const [index, line] of LINES.entries()) {
        bench.world.watch(line, (high) => {
          if (!high) {
            on.delete(index);
            off_ms[index] = bench.clock.monotonic();
            return;
          }
          on.add(index);
          if (on.size > 1) faults.push(`${[...on].join()} together`);
          for (const other of LINES.keys()) {
            const dead_ms = bench.clock.monotonic() - (off_ms[other] ?? 0);
            if (other !== index && dead_ms < 500) faults.push(`${index} ${dead_ms} ms after ${other}`);
          }
        });
      }
      for (const { which, what, after_ms } of all) {
        if (what === 'stuck' || what === 'gone') bench.world.fail(LINES[which], what);
        else if (what === 'healed') bench.world.fail(LINES[which], undefined);
        else await bench.command(what, IDS[which]);
        await bench.pass(after_ms);
      }
      for (const line of LINES) bench.world.fail(line, undefined);
      // The longest time on, and a look at whatever was parked.
      await bench.pass(200_000);
      expect(faults).toEqual([]);
      expect(LINES.map((line) => bench.high(line))).toEqual([false, false, false]);
      await bench.stop();
    }),
    { numRuns: 100 },
  );
});
