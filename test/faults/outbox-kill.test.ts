import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Appender, takeNumbers } from '../rigs/appender.ts';
import { DatabaseFolder } from '../rigs/database.ts';
import { seeded } from '../rigs/seeded.ts';

const POINTS = Math.max(20, Number(process.env['PINBUS_FAULT_POINTS'] ?? 0) / 4);
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));

let folder: DatabaseFolder;
beforeEach(() => {
  folder = new DatabaseFolder();
});
afterEach(() => folder.remove());

test(
  `kill -9 at ${POINTS} random points loses nothing that was acknowledged (SEED=${SEED})`,
  async () => {
    const points = seeded(SEED);
    let total = 0;
    for (let point = 0; point < POINTS; point++) {
      const confirming = point % 2 === 1;
      const appender = new Appender(folder.path, join(folder.folder, `said${point}`), confirming);
      await appender.started();
      await new Promise((resolve) => setTimeout(resolve, points() * 150));
      await appender.program.kill();
      const { acknowledged, confirmed } = appender.said();
      const found = await takeNumbers(folder);
      const survived = new Set(found);
      const lost = acknowledged.filter((number) => !survived.has(number) && !confirmed.has(number));
      const undead = [...confirmed].filter((number) => survived.has(number));
      // A confirmation that is on disk may not have been said yet: at most the 20 that are confirmed at a time.
      expect(lost.length, `lost at point ${point}: ${lost.slice(0, 5).join()}`).toBeLessThanOrEqual(
        confirming ? 20 : 0,
      );
      if (confirming) expect(lost.every((number) => number < (found[0] ?? Number.POSITIVE_INFINITY))).toBe(true);
      expect(undead, `confirmed, but there at point ${point}`).toEqual([]);
      expect(survived.size, 'duplicated').toBe(found.length);
      expect(found, 'reordered').toEqual([...found].sort((a, b) => a - b));
      total += acknowledged.length;
    }
    expect(total).toBeGreaterThan(POINTS * 50);
  },
  60_000 + POINTS * 4_000,
);
