import * as fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Condition } from '../../../../src/agent/entity/condition.ts';
import { Truth } from '../../../../src/agent/entity/truth.ts';
import { HandClock } from '../../../rigs/hand-clock.ts';
import { SlowOutput } from '../../../rigs/slow-output.ts';
import { turns } from '../../../rigs/turn.ts';

const log = pino({ level: 'silent' });
const silent = { state: () => {}, attributes: () => {}, event: () => {}, availability: () => {}, done: () => {} };

/** Commands, with so many turns of the event loop before each; and how slow the driver is, call by call. */
const bursts = fc.array(fc.record({ value: fc.nat({ max: 9 }), pause: fc.nat({ max: 3 }) }), {
  minLength: 1,
  maxLength: 50,
});
const slowness = fc.infiniteStream(fc.nat({ max: 3 }));

test('after any burst the last state is the last command and is the pin, and no write is out of order', async () => {
  await fc.assert(
    fc.asyncProperty(bursts, slowness, async (commands, slow) => {
      const output = new SlowOutput(0, () => slow.next().value ?? 0);
      const seen: number[] = [];
      const truth = new Truth<number>({
        open: async () => output,
        first: () => 0,
        same: (a, b) => a === b,
        seen: (value) => {
          // Never before it was written and read back.
          expect(value).toBe(output.pin);
          seen.push(value);
        },
        done: () => {},
        gaveUp: () => expect.unreachable('the line works'),
        condition: new Condition(silent, log),
        clock: new HandClock(),
        log,
      });
      await truth.start(new AbortController().signal);
      for (const { value, pause } of commands) {
        await turns(pause);
        truth.request(value, { kind: 'client', id: 'tester' });
      }
      await truth.refresh();
      await turns(20);
      expect(output.pin).toBe(commands.at(-1)?.value);
      expect(seen.at(-1)).toBe(output.pin);
      expect(
        isSubsequence(
          output.written.slice(1),
          commands.map(({ value }) => value),
        ),
      ).toBe(true);
      await truth.stop(undefined);
    }),
    { numRuns: 300 },
  );
});

function isSubsequence(part: readonly number[], whole: readonly number[]): boolean {
  let found = 0;
  for (const value of whole) if (value === part[found]) found += 1;
  return found === part.length;
}
