import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Appender, outcomeOf, takeNumbers } from '../rigs/appender.ts';
import { DatabaseFolder } from '../rigs/database.ts';
import { faultPoints, SEED, sayOutcome, sayProgress } from '../rigs/fault-points.ts';
import { NOTHING_YET, type Outcome, sumOf } from '../rigs/ledger.ts';
import { seeded } from '../rigs/seeded.ts';

const POINTS = faultPoints(0.25, 8);

let folder: DatabaseFolder;
beforeEach(() => {
  folder = new DatabaseFolder();
});
afterEach(() => folder.remove());

test(
  `kill -9 at ${POINTS} random points loses nothing that was acknowledged (SEED=${SEED})`,
  async () => {
    const random = seeded(SEED);
    let sum: Outcome = NOTHING_YET;
    for (let point = 1; point <= POINTS; point++) {
      const confirming = point % 2 === 0;
      const appender = new Appender(folder.path, join(folder.folder, `said${point}`), confirming);
      await appender.started();
      await sleep(random() * 150);
      await appender.program.kill();
      const outcome = outcomeOf(appender.said(), await takeNumbers(folder));
      expect(outcome, `kill ${point}`).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, unexpected: 0 });
      sum = sumOf(sum, outcome);
      sayProgress('kills of a bare outbox', point, POINTS, sum);
    }
    sayOutcome(`${POINTS} kills of a bare outbox`, sum);
    expect(sum.acknowledged).toBeGreaterThan(POINTS * 50);
  },
  60_000 + POINTS * 20_000,
);
