import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CHAPTERS } from './chapters.ts';
import { CLAUSES } from './clauses.ts';
import { conformancePage } from './document.ts';
import { SUITES } from './independent.ts';
import { clausesOf } from './statement.ts';

const statements = Object.values(CHAPTERS).flat();

test.each(['v3', 'v5'] as const)('every clause is shown, or said why not (%s)', (key) => {
  const shown = new Set(statements.flatMap((statement) => clausesOf(statement[key])));
  expect(CLAUSES[key].filter((clause) => !shown.has(clause))).toEqual([]);
  expect([...shown].filter((clause) => !CLAUSES[key].includes(clause))).toEqual([]);
});

test('a statement has a check, or a reason for none', () => {
  expect(statements.filter(({ check, untested }) => (check === undefined) === (untested === undefined))).toEqual([]);
});

test.each(SUITES)('each case of $name ($version) that pinbus does not pass has its reason', (suite) => {
  const { cases, mosquitto, pinbus, counts, differences } = suite;
  const missed = differences.flatMap(([, ...named]) => named);
  expect(new Set(missed).size).toBe(missed.length);
  expect(pinbus + missed.length).toBe(counts === 'all' ? cases : mosquitto);
});

test('docs/CONFORMANCE.md is what the checks say: `npm run conformance` makes it', async () => {
  await expect(conformancePage()).toMatchFileSnapshot(join(import.meta.dirname, '../../docs/CONFORMANCE.md'));
});
