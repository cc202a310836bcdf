import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { legTo, positionAt, type Travel, turnedAt } from '../../../../src/agent/platforms/cover/travel.ts';
import { EntityBench } from '../../../rigs/entity-bench.ts';

const TIMES = { open: 20_000, close: 10_000, overrun: 2_000 };
const position = fc.double({ min: 0, max: 100, noNaN: true });

describe('travel', () => {
  test('a leg ends at its target', () => {
    fc.assert(
      fc.property(fc.option(position, { nil: undefined }), position, (from, to) => {
        let travel: Travel = { position: from };
        let now_ms = 0;
        for (let legs = 0; legs < 3; legs += 1) {
          const leg = legTo(travel.position, to, TIMES);
          if (!leg) break;
          travel = turnedAt(travel, now_ms, TIMES, leg.direction);
          now_ms += leg.run_ms;
          travel = turnedAt(travel, now_ms, TIMES);
          if (leg.last) break;
        }
        expect(Math.abs((travel.position ?? Number.NaN) - to)).toBeLessThan(1);
      }),
    );
  });

  test('however often it is looked at, it is where it would be without', () => {
    fc.assert(
      fc.property(
        position,
        fc.constantFrom('open' as const, 'close' as const),
        fc.array(fc.nat({ max: 3_000 }), { maxLength: 10 }),
        (from, direction, looks) => {
          const once = turnedAt({ position: from }, 0, TIMES, direction);
          let often = once;
          let now_ms = 0;
          for (const pause of looks) {
            now_ms += pause;
            often = turnedAt(often, now_ms, TIMES, direction);
          }
          expect(positionAt(often, now_ms, TIMES)).toBeCloseTo(positionAt(once, now_ms, TIMES) ?? Number.NaN, 6);
        },
      ),
    );
  });
});

const happenings = fc.array(
  fc.record({
    what: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('OPEN', 'CLOSE', 'STOP', '30', '70') },
      { weight: 1, arbitrary: fc.constantFrom('stuck' as const, 'gone' as const, 'healed' as const) },
    ),
    line: fc.constantFrom(18, 23),
    after_ms: fc.constantFrom(0, 1, 300, 700, 2_000, 15_000),
  }),
  { maxLength: 30 },
);

test('whatever is commanded and fails, the relays are never active together or without a pause, and come to rest', async () => {
  await fc.assert(
    fc.asyncProperty(happenings, async (all) => {
      const bench = new EntityBench();
      const faults: string[] = [];
      const ended_ms = new Map([
        [18, Number.NEGATIVE_INFINITY],
        [23, Number.NEGATIVE_INFINITY],
      ]);
      await bench.start({ platform: 'cover', open_line: 18, close_line: 23, open_time: '20s', dead_time: '500ms' });
      for (const [line, other] of [
        [18, 23],
        [23, 18],
      ] as const) {
        bench.world.watch(line, (high) => {
          if (!high) ended_ms.set(line, bench.clock.monotonic());
          else if (bench.high(other)) faults.push('together');
          else if (bench.clock.monotonic() - (ended_ms.get(other) ?? 0) < 500) faults.push('without a pause');
        });
      }
      for (const { what, line, after_ms } of all) {
        if (what === 'stuck' || what === 'gone') bench.world.fail(line, what);
        else if (what === 'healed') bench.world.fail(line, undefined);
        else await bench.command(what);
        await bench.pass(after_ms);
      }
      for (const line of [18, 23]) bench.world.fail(line, undefined);
      await bench.pass(120_000);
      expect(faults).toEqual([]);
      expect([bench.high(18), bench.high(23), bench.available]).toEqual([false, false, 'online']);
      await bench.stop();
    }),
    { numRuns: 100 },
  );
});
