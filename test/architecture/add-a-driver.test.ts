import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { importsOf, repositoryFiles } from './source-files.ts';

const page = readFileSync('docs/ADD-A-DRIVER.md', 'utf8');

/** The keys of an interface in the file of ports. */
function keysOf(port: string): readonly string[] {
  const ports = readFileSync('src/hw/ports.ts', 'utf8');
  const [, body = ''] = new RegExp(`^export interface ${port} \\{\\n((?:.*\\n)*?)\\}$`, 'm').exec(ports) ?? [];
  return [...body.matchAll(/^ {2}(?:readonly )?(?<key>\w+)\??[:(]/gm)].map(({ groups }) => groups?.['key'] ?? '');
}

test('docs/ADD-A-DRIVER.md shows each file that its example ends with, and none that is not there', () => {
  const [, table = ''] = /\| file in `src\/hw\/cdev` \|.*\n.*\n(?<rows>(?:\|.*\n)+)/.exec(page) ?? [];
  const named = table.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(?<file>[\w.-]+)`/g)]);
  expect(new Set(named.map(({ groups }) => groups?.['file']))).toEqual(new Set(readdirSync('src/hw/cdev')));
});

test('docs/ADD-A-DRIVER.md names all that a driver can do, and what is asked of its lines beyond a level', () => {
  const known = keysOf('Driver').filter((key) => !['name', 'description'].includes(key));
  expect(known).toContain('openPwm');
  const asked = [...keysOf('InputSettings').filter((key) => key.includes('_ms')), 'keep'];
  expect([...known, ...asked].filter((key) => !new RegExp(`\`[^\`\n]*\\b${key}\\b[^\`\n]*\``).test(page))).toEqual([]);
});

test('docs/ADD-A-DRIVER.md says of every file beside the folders that drivers use what it is for', () => {
  const ofDrivers = repositoryFiles().filter((file) => /^src\/hw\/(?:cdev|onoff|pigpio|sim)\/.*\.ts$/.test(file));
  const used = ofDrivers.flatMap(importsOf).map(({ from, specifier }) => posix.join(posix.dirname(from), specifier));
  const beside = used.filter((file) => posix.dirname(file) === 'src/hw').map((file) => posix.basename(file));
  expect(beside).toContain('failure.ts');
  expect([...new Set(beside)].filter((file) => !page.includes(`${file}\``))).toEqual([]);
});
