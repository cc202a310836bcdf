import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SqliteOutbox } from '../../src/broker/outbox/sqlite-outbox.ts';
import { bytes, milliseconds } from '../../src/topics/index.ts';
import { DatabaseFolder } from '../rigs/database.ts';
import { Program } from '../rigs/program.ts';
import { seeded } from '../rigs/seeded.ts';
import { until } from '../rigs/until.ts';

const APPENDER = fileURLToPath(new URL('./appender.mjs', import.meta.url));
const POINTS = Math.max(20, Number(process.env['PINBUS_FAULT_POINTS'] ?? 0) / 4);
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));

let folder: DatabaseFolder;
beforeEach(() => {
  folder = new DatabaseFolder();
});
afterEach(() => folder.remove());

/** Everything that the outbox has, by what was published. */
async function survivors(): Promise<number[]> {
  const store = await folder.open();
  const bounds = { max_bytes: bytes(1e9), max_age: milliseconds(1e12) };
  const outbox = new SqliteOutbox(store, bounds, folder.kept.log);
  await outbox.start(new AbortController().signal);
  const found: number[] = [];
  for (let after = 0; ; ) {
    const entries = await outbox.peek('cloud', after, 5000);
    const last = entries.at(-1);
    if (last === undefined) break;
    after = last.sequence;
    for (const { message } of entries) found.push(Number(message.payload));
  }
  expect(outbox.status().depth).toBe(found.length);
  await outbox.closeLane('cloud');
  await outbox.stop();
  await store.stop();
  return found;
}

test(
  `kill -9 at ${POINTS} random points loses nothing that was acknowledged (SEED=${SEED})`,
  async () => {
    const points = seeded(SEED);
    let total = 0;
    for (let point = 0; point < POINTS; point++) {
      const confirming = point % 2 === 1;
      const file = join(folder.folder, `said${point}`);
      const child = new Program(process.execPath, [APPENDER, folder.path, file, confirming ? 'confirming' : '']);
      await until('an acknowledgement', () => existsSync(file) && readFileSync(file).length > 0);
      await new Promise((resolve) => setTimeout(resolve, points() * 150));
      await child.kill();
      const said = readFileSync(file, 'utf8').trim().split('\n');
      const confirmed = new Set(said.filter((line) => line.startsWith('-')).map((line) => Number(line.slice(1))));
      const acknowledged = said.filter((line) => !line.startsWith('-')).map(Number);
      const found = await survivors();
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
  60_000 + POINTS * 1_500,
);
