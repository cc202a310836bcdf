import { expect, test } from 'vitest';
import { COMMANDS } from '../../../../src/agent/cli/commands.ts';
import { commandLine } from '../../../rigs/command-line.ts';

test('help lists every command', async () => {
  const { exit, out } = await commandLine(['--help']);
  expect(exit).toBe(0);
  for (const { name, summary } of COMMANDS)
    expect(out).toMatch(new RegExp(`^ +${name} .*${summary.slice(0, 20)}`, 'm'));
});

test.each(COMMANDS.map(({ name }) => name))('help of %s teaches by two examples or more', async (name) => {
  const { exit, out } = await commandLine([name, '--help']);
  expect(exit).toBe(0);
  expect(out.split('Examples:')[1]?.match(/pinbus /g)?.length).toBeGreaterThanOrEqual(2);
});

test('"help COMMAND" is the same as "COMMAND --help"', async () => {
  const [one, other] = await Promise.all([commandLine(['help', 'sub']), commandLine(['sub', '--help'])]);
  expect(one.out).toBe(other.out);
});

test('a command that is misspelt gets the nearest one, and exit code 64', async () => {
  const { exit, err } = await commandLine(['moniter']);
  expect(exit).toBe(64);
  expect(err).toContain('Did you mean monitor?');
});

test('an option that is misspelt gets the nearest one, and exit code 64', async () => {
  const { exit, err } = await commandLine(['sub', '--retaind-only']);
  expect(exit).toBe(64);
  expect(err).toContain('Did you mean --retained-only?');
});

test('a value that is not allowed is named with what is, and exit code 64', async () => {
  const { exit, err } = await commandLine(['pub', '-q', '3', 'a/b', 'c']);
  expect(exit).toBe(64);
  expect(err).toContain("'3' is invalid");
  expect(err).toContain('Allowed are 0, 1 and 2.');
});

test('the version is the one of the package', async () => {
  const { exit, out } = await commandLine(['--version']);
  expect(exit).toBe(0);
  expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('a password in the URL is refused, and not repeated', async () => {
  const { exit, err } = await commandLine(['pub', '--url', 'mqtt://me:secret@127.0.0.1', 'a', 'b']);
  expect(exit).toBe(64);
  expect(err).toContain('PINBUS_PASSWORD');
  expect(err).not.toContain('secret');
});
