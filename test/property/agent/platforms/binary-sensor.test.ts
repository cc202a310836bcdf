import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { EntityBench } from '../../../rigs/entity-bench.ts';

/** What happens to the line, and how long after. */
const happenings = fc.array(
  fc.record({
    what: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('high' as const, 'low' as const) },
      { weight: 1, arbitrary: fc.constantFrom('gone' as const, 'deaf' as const, 'healed' as const) },
    ),
    bounce_ms: fc.nat({ max: 30 }),
    after_ms: fc.nat({ max: 3_000 }),
  }),
  { maxLength: 40 },
);

test('whatever happened to the line, when it is calm again the state is the pin', async () => {
  await fc.assert(
    fc.asyncProperty(
      happenings,
      fc.constantFrom('0s', '10ms', '50ms'),
      fc.boolean(),
      async (all, debounce, active_low) => {
        const bench = new EntityBench();
        await bench.start({ platform: 'binary_sensor', line: 23, debounce, active_low });
        for (const { what, bounce_ms, after_ms } of all) {
          if (what === 'healed') bench.world.fail(23, undefined);
          else if (what === 'high' || what === 'low') bench.world.set(23, what === 'high', { bounce_ms });
          else bench.world.fail(23, what);
          await bench.pass(after_ms);
        }
        bench.world.fail(23, undefined);
        await bench.pass(60_000);
        expect(bench.available).toBe('online');
        expect(bench.state).toBe(bench.high(23) === active_low ? 'OFF' : 'ON');
        await bench.stop();
      },
    ),
    { numRuns: 100 },
  );
});
