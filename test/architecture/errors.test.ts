import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { repositoryFiles } from './source-files.ts';

/** The entries of each room's table, `CODE: { retryable: ..., remedy: '...' }`, as its errors.ts has them. */
async function tables(): Promise<{ room: string; codes: string[] }[]> {
  const files = repositoryFiles().filter((file) => /^src\/\w+\/errors\.ts$/.test(file));
  return Promise.all(
    files.map(async (file) => {
      const module = (await import(`../../${file}`)) as Readonly<Record<string, unknown>>;
      const codes = Object.values(module)
        .filter(isTable)
        .flatMap((table) => Object.keys(table));
      return { room: file.split('/')[1] ?? '', codes };
    }),
  );
}

function isTable(value: unknown): value is Readonly<Record<string, { retryable: boolean; remedy: string }>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).length > 0 &&
    Object.values(value as Record<string, unknown>).every(
      (entry) => typeof entry === 'object' && entry !== null && 'retryable' in entry && 'remedy' in entry,
    )
  );
}

const documented = [...readFileSync('docs/ERRORS.md', 'utf8').matchAll(/^### `(?<code>[A-Z0-9_]+)`$/gm)].map(
  ({ groups }) => groups?.['code'] ?? '',
);

describe('docs/ERRORS.md', () => {
  test('explains every code that the rooms have, and none that they do not have', async () => {
    const codes = (await tables()).flatMap(({ codes: some }) => some);
    expect(codes.length).toBeGreaterThan(30);
    expect(documented.toSorted()).toEqual(codes.toSorted());
  });

  test('every room has a table, and no code is in two of them', async () => {
    const all = await tables();
    expect(all.map(({ room }) => room).toSorted()).toEqual(['agent', 'broker', 'hw', 'topics']);
    for (const { room, codes } of all) expect(codes.length, room).toBeGreaterThan(0);
    const codes = all.flatMap(({ codes: some }) => some);
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  });
});
