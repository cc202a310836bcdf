import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('docs/ADD-A-DRIVER.md shows each file that its example ends with, and none that is not there', () => {
  const page = readFileSync('docs/ADD-A-DRIVER.md', 'utf8');
  const [, table = ''] = /\| file in `src\/hw\/cdev` \|.*\n.*\n(?<rows>(?:\|.*\n)+)/.exec(page) ?? [];
  const named = table.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(?<file>[\w.-]+)`/g)]);
  expect(new Set(named.map(({ groups }) => groups?.['file']))).toEqual(new Set(readdirSync('src/hw/cdev')));
});
