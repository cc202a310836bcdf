import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../../../src/agent/cli/commands.ts';
import { processIo } from '../../../../src/agent/cli/io.ts';
import { loadProgram } from '../../../../src/agent/cli/run.ts';
import { commandLine } from '../../../rigs/command-line.ts';

/** A command is loaded with all that it is made of, and `start` is made of everything. */
const LOADED_MS = 60_000;

test('help lists every command', async () => {
  const { exit, out } = await commandLine(['--help']);
  expect(exit).toBe(0);
  for (const { name, summary } of COMMANDS)
    expect(out).toMatch(new RegExp(`^ +${name} .*${summary.slice(0, 20)}`, 'm'));
});

test.each(COMMANDS.map(({ name }) => name))(
  'help of %s teaches by two examples or more',
  async (name) => {
    const { exit, out } = await commandLine([name, '--help']);
    expect(exit).toBe(0);
    expect(out.split('Examples:')[1]?.match(/pinbus /g)?.length).toBeGreaterThanOrEqual(2);
  },
  LOADED_MS,
);

test(
  'help of every command below a command teaches by an example, and gives defaults as they are typed',
  async () => {
    const program = await loadProgram(processIo(), { all: true });
    for (const path of program.commands.flatMap((command) => pathsBelow(command, []))) {
      const { out } = await commandLine([...path, '--help']);
      expect(out, path.join(' ')).toContain(`pinbus ${path.join(' ')}`);
      expect(out, path.join(' ')).not.toMatch(/\(default: \d{4,}\)/);
    }
  },
  LOADED_MS,
);

function pathsBelow(command: Command, above: readonly string[]): string[][] {
  const path = [...above, command.name()];
  return [path, ...command.commands.flatMap((child) => pathsBelow(child, path))];
}

test('"help COMMAND" is the same as "COMMAND --help"', async () => {
  const [one, other] = await Promise.all([commandLine(['help', 'sub']), commandLine(['sub', '--help'])]);
  expect(one.out).toBe(other.out);
});

test('a command that is misspelt gets the nearest one, and exit code 64', async () => {
  const { exit, err } = await commandLine(['moniter']);
  expect(exit).toBe(64);
  expect(err).toContain('Did you mean monitor?');
});

test.each([[['help', 'moniter']], [['moniter', '--help']], [['moniter', '-h']]])(
  '%j, which is none, says so, and names the nearest one',
  async (argv) => {
    const { exit, err } = await commandLine(argv);
    expect(exit).toBe(64);
    expect(err).toContain('Did you mean monitor?');
  },
);

test.each(['check', 'start', 'topics'])('%s with a file and without -c says how a config is named', async (name) => {
  const { exit, err } = await commandLine([name, 'porch.yaml']);
  expect(exit).toBe(64);
  expect(err).toContain('-c FILE');
});

test('an error says its code, by which docs/ERRORS.md has more', async () => {
  const { exit, err } = await commandLine(['call', 'info', '--url', 'http://porch.local']);
  expect(exit).toBe(64);
  expect(err).toMatch(/^error CLI_USAGE: --url must be .*\n {2}\S/);
});

test('whatever command has a bad config says everything that is wrong with it, as check does', async () => {
  const config = fileURLToPath(new URL('../../../config/broken/many-at-once.yaml', import.meta.url));
  const [started, checked] = await Promise.all([
    commandLine(['start', '-c', config]),
    commandLine(['check', '-c', config]),
  ]);
  expect(started.exit).toBe(78);
  expect(started.err).toBe(checked.out);
  expect(started.err).toMatch(/\d\d* problems/);
});

test.each([
  [['pub', 'a/#', 'x'], 'has no wildcards'],
  [['pub', '', 'x'], 'No topic'],
  [['sub', 'a/b', 'a#'], 'must be the whole last level'],
])('%j is refused before anybody is asked, and says why', async (argv, why) => {
  const { exit, err } = await commandLine(argv);
  expect(exit).toBe(64);
  expect(err).toContain(why);
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
