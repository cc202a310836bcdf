import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { repositoryFiles } from '../architecture/source-files.ts';

/** `| threat | what pinbus does | test |`, with "file: the test's name" in the last column. */
const ROW = /^\| (?<threat>[^|]+) \| (?<answer>[^|]+) \| `(?<file>test\/[^`]+)`: (?<name>[^|]+) \|$/;

const page = readFileSync('docs/SECURITY.md', 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (?:threat|---)/.test(line))
  .map((line) => {
    const { file, name } = ROW.exec(line)?.groups ?? {};
    return { line, file, name };
  });

test('every line of the threat model names its test, and the test is there', () => {
  expect(rows.length).toBeGreaterThan(30);
  const files = repositoryFiles();
  const wrong = rows.filter(({ file, name }) => {
    if (file === undefined || name === undefined || !files.includes(file)) return true;
    const text = readFileSync(file, 'utf8').replaceAll(/\\(['"])/g, '$1');
    return !text.includes(name.trim());
  });
  expect(wrong.map(({ line }) => line)).toEqual([]);
});

test('every test of test/security is in the threat model', () => {
  const own = repositoryFiles().filter(
    (file) => /^test\/security\/.*\.test\.ts$/.test(file) && !file.includes('threats'),
  );
  const names = own.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^(?:test|\]( as const)?\))\(?\s*(?:'|")(?<name>.+)(?:'|"),/gm)].map(
      ({ groups }) => (groups?.['name'] ?? '').replaceAll(/\\(['"])/g, '$1'),
    ),
  );
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !page.includes(name))).toEqual([]);
});
