import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Appender, takeNumbers } from '../rigs/appender.ts';
import { DatabaseFolder } from '../rigs/database.ts';
import { CuttableDisk, whyNoPowerCut } from '../rigs/mounted-disk.ts';
import { seeded } from '../rigs/seeded.ts';
import { until } from '../rigs/until.ts';

/** In `npm test` two; 20 and more by `npm run test:faults`. */
const POINTS = Math.max(2, Number(process.env['PINBUS_FAULT_POINTS'] ?? 0) / 10);
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));
/** Numbers that are confirmed at a time, and not yet said to be. */
const CONFIRMING = 20;
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
    const tally = { acknowledged: 0, lost: 0, recovered: 0, duplicated: 0, reordered: 0, undead: 0 };
    for (let point = 0; point < POINTS; point++) {
      const confirming = point % 2 === 1;
      // What it says is on another disk.
      const appender = new Appender(path, join(folder.folder, `said${point}`), confirming);
      await appender.started();
      await new Promise((resolve) => setTimeout(resolve, random() * 300));
      const { program } = appender;
      program.signal('SIGSTOP');
      await until('a frozen writer', () => isFrozen(program.pid));
      powered.cut();
      await program.kill();
      powered.restore();

      const { acknowledged, confirmed } = appender.said();
      const found = await takeNumbers(folder, path);
      const survived = new Set(found);
      const lost = acknowledged.filter((number) => !survived.has(number) && !confirmed.has(number));
      const unsaid = confirming ? lost.filter((number) => number < (found[0] ?? Number.POSITIVE_INFINITY)) : [];
      // A confirmation that is on disk may not have been said yet.
      const allowed = unsaid.length <= CONFIRMING ? unsaid.length : 0;
      const said = new Set(acknowledged);
      tally.acknowledged += acknowledged.length;
      tally.lost += lost.length - allowed;
      tally.recovered += found.filter((number) => !said.has(number)).length;
      tally.duplicated += found.length - survived.size;
      tally.undead += found.filter((number) => confirmed.has(number)).length;
      tally.reordered += found.filter((number, i) => number < (found[i - 1] ?? 0)).length;
    }
    console.log(`${POINTS} power cuts, seed ${SEED}:`, tally);
    expect(tally).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, undead: 0 });
    expect(tally.acknowledged).toBeGreaterThanOrEqual(POINTS);
    // A power cut damages nothing.
    expect(folder.kept.lines.filter(({ code }) => code !== undefined)).toEqual([]);
  },
  POINTS * 20_000,
);
