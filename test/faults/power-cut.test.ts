import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Appender, outcomeOf, takeNumbers } from '../rigs/appender.ts';
import { DatabaseFolder } from '../rigs/database.ts';
import { faultPoints, SEED, sayOutcome, sayProgress } from '../rigs/fault-points.ts';
import { NOTHING_YET, type Outcome, sumOf } from '../rigs/ledger.ts';
import { CuttableDisk, whyNoPowerCut } from '../rigs/mounted-disk.ts';
import { seeded } from '../rigs/seeded.ts';
import { until } from '../rigs/until.ts';

const POINTS = faultPoints(0.1, 2);
const MEBIBYTES = 128;

let disk: CuttableDisk | undefined;
let folder: DatabaseFolder;
beforeEach(() => {
  folder = new DatabaseFolder();
});
afterEach(async () => {
  await folder.remove();
  disk?.remove();
});

/** Stopped, as everything is when the power goes: nothing is said that was not so before. */
const isFrozen = (pid: number): boolean => /^State:\tT/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

test(
  `${POINTS} power cuts at random points: acknowledged and lost is 0 (SEED=${SEED})`,
  async ({ skip }) => {
    const missing = whyNoPowerCut();
    if (missing !== undefined) return skip(missing);
    const powered = CuttableDisk.make(MEBIBYTES);
    disk = powered;
    const path = join(powered.folder, 'pinbus.db');
    const random = seeded(SEED);
    let sum: Outcome = NOTHING_YET;
    for (let point = 1; point <= POINTS; point++) {
      const confirming = point % 2 === 0;
      // What it says is on another disk.
      const appender = new Appender(path, join(folder.folder, `said${point}`), confirming);
      await appender.started();
      await sleep(random() * 300);
      const { program } = appender;
      program.signal('SIGSTOP');
      await until('a frozen writer', () => isFrozen(program.pid));
      powered.cut();
      await program.kill();
      powered.restore();

      const outcome = outcomeOf(appender.said(), await takeNumbers(folder, path));
      expect(outcome, `cut ${point}`).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, unexpected: 0 });
      sum = sumOf(sum, outcome);
      sayProgress('power cuts', point, POINTS, sum);
    }
    sayOutcome(`${POINTS} power cuts`, sum);
    expect(sum.acknowledged).toBeGreaterThanOrEqual(POINTS);
    // A power cut damages nothing.
    expect(folder.kept.lines.filter(({ code }) => code !== undefined)).toEqual([]);
  },
  60_000 + POINTS * 20_000,
);
