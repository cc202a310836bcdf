import { describe, expect, test } from 'vitest';
import { importsOf, repositoryFiles } from '../../../architecture/source-files.ts';
import { Connection } from '../../../../src/broker/store/connection.ts';

/** Enough to make the young generation be collected many times. */
const ROUNDS = 3_000;

describe('nothing of better-sqlite3 becomes garbage, which ends the process on Node 24', () => {
  test('a text is prepared once', () => {
    const db = new Connection(':memory:');
    expect(db.prepare('SELECT 1')).toBe(db.prepare('SELECT 1'));
  });

  test('work and collections go on side by side', async () => {
    const db = new Connection(':memory:');
    db.exec('CREATE TABLE t (a)');
    const insert = db.transaction((a: number) => db.prepare('INSERT INTO t VALUES (?)').run(a));
    for (let round = 0; round < ROUNDS; round++) {
      insert(round);
      db.pragma('user_version');
      if (round % 500 === 0) new Connection(':memory:').close();
      await Promise.resolve();
      Array.from({ length: 500 }, (_, index) => ({ index, text: `${index}` }));
    }
    expect(db.prepare('SELECT count(*) FROM t').pluck().get()).toBe(ROUNDS);
  });

  test('only the connection knows the package', () => {
    const sources = repositoryFiles().filter((file) => /^(?:src|test)\/.*\.ts$/.test(file));
    const users = sources.flatMap(importsOf).filter(({ specifier }) => specifier === 'better-sqlite3');
    expect(users.map(({ from }) => from)).toEqual(['src/broker/store/connection.ts']);
  });
});
