import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../../src/agent/lifecycle/exit-code.ts';
import { repositoryFiles } from './source-files.ts';

interface Entry {
  readonly retryable: boolean;
  readonly remedy: string;
}

type Table = Readonly<Record<string, Entry>>;

/** What each room's errors.ts exports: `CODE: { retryable, remedy }`. */
async function tables(): Promise<{ room: string; table: Table }[]> {
  const names = repositoryFiles().map((file) => /^src\/(?<room>\w+)\/errors\.ts$/.exec(file)?.groups?.['room']);
  const rooms = names
    .filter((name) => name !== undefined)
    .map(async (room) => {
      const module = (await import(`../../src/${room}/errors.ts`)) as Readonly<Record<string, unknown>>;
      return Object.values(module)
        .filter(isTable)
        .map((table) => ({ room, table }));
    });
  return (await Promise.all(rooms)).flat();
}

function isTable(value: unknown): value is Table {
  if (typeof value !== 'object' || value === null) return false;
  const entries: unknown[] = Object.values(value);
  return entries.every((entry) => typeof entry === 'object' && entry !== null && 'remedy' in entry);
}

const SECTION =
  /^### `(?<code>[A-Z0-9_]+)`\n\n.+\n\n- Cause: .+\n- Remedy: (?<remedy>.+)\n- Tried again: (?<again>yes|no)$/gm;

const documented = [...readFileSync('docs/ERRORS.md', 'utf8').matchAll(SECTION)].map(({ groups }) => ({
  code: groups?.['code'] ?? '',
  remedy: groups?.['remedy'] ?? '',
  retryable: groups?.['again'] === 'yes',
}));

const byCode = (a: { code: string }, b: { code: string }): number => (a.code < b.code ? -1 : 1);

describe('docs/ERRORS.md', () => {
  test('explains every code that the rooms have, with its remedy, and none that they do not have', async () => {
    const entries = (await tables()).flatMap(({ table }) =>
      Object.entries(table).map(([code, { remedy, retryable }]) => ({ code, remedy, retryable })),
    );
    expect(entries.length).toBeGreaterThan(50);
    expect(documented.toSorted(byCode)).toEqual(entries.toSorted(byCode));
  });

  test('lists every exit code by its name, and no other', () => {
    const rows = [...readFileSync('docs/ERRORS.md', 'utf8').matchAll(/^\| (\d+) \| `(\w+)` \| .+ \|$/gm)];
    expect(Object.fromEntries(rows.map(([, code, name]) => [name, Number(code)]))).toEqual(EXIT);
  });

  test('every room has one table, and no code is in two of them', async () => {
    const all = await tables();
    expect(all.map(({ room }) => room).toSorted()).toEqual(['agent', 'broker', 'hw', 'topics']);
    const codes = all.flatMap(({ table }) => Object.keys(table));
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  });
});
