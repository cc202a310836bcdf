import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../../src/agent/cli/commands.ts';
import { commandLine } from '../../../rigs/command-line.ts';
import { TerminalProgram } from '../../../rigs/terminal.ts';

const has = (shell: string): boolean => {
  try {
    execFileSync(shell, ['-c', 'true']);
    return true;
  } catch {
    return false;
  }
};

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pinbus-test-'));
  for (const shell of ['bash', 'zsh', 'fish']) {
    writeFileSync(join(folder, shell), (await commandLine(['completion', shell])).out);
  }
  writeFileSync(join(folder, 'some-config.yaml'), '');
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The words that the shell offers for a line that ends at the cursor. */
const offers = {
  bash: async (line: string): Promise<readonly string[]> => {
    const words = line.split(' ');
    const script = `source ./bash
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
_pinbus; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['--norc', '-c', script], { cwd: folder, encoding: 'utf8' }).trim().split('\n');
  },
  fish: async (line: string): Promise<readonly string[]> => {
    const script = `source ./fish; complete -C '${line}'`;
    const text = execFileSync('fish', ['--no-config', '-c', script], { cwd: folder, encoding: 'utf8' });
    return text
      .trim()
      .split('\n')
      .map((offer) => offer.split('\t')[0] ?? '');
  },
  /** Only at a terminal does zsh complete; it lists what it offers when there is more than one. */
  zsh: async (line: string): Promise<readonly string[]> => {
    const zsh = new TerminalProgram(['zsh', '-f'], { columns: 100, rows: 50, cwd: folder });
    try {
      zsh.type("PS1='ready> '; autoload -U compinit; compinit -u -D; source ./zsh; setopt AUTO_LIST NO_BEEP\n");
      await zsh.shows(/[^']ready> /);
      const before = zsh.output.length;
      zsh.type(line);
      await zsh.shows(line.trimEnd().split(' ').at(-1) ?? '', before);
      const asked = zsh.output.length;
      zsh.type('\t');
      await zsh.shows(/[^]{3}/, asked);
      zsh.type("\u0015echo fin''ished\n");
      await zsh.shows('finished', asked);
      return stripVTControlCharacters(zsh.output.slice(asked)).split(/\s+/);
    } finally {
      zsh.type('exit\n');
      await zsh.close();
    }
  },
} as const;

describe.each(['bash', 'fish', 'zsh'] as const)('%s', (shell) => {
  const present = has(shell);

  test.runIf(present)('offers every command', async () => {
    const offered = await offers[shell]('pinbus ');
    for (const { name } of COMMANDS) expect(offered).toContain(name);
  });

  test.runIf(present)('offers the commands of a command', async () => {
    const offered = await offers[shell]('pinbus user ');
    expect(offered).toContain('add');
    expect(offered).toContain('hash');
    expect(offered).not.toContain('start');
  });

  test.runIf(present)('offers options and the values of one', async () => {
    expect(await offers[shell]('pinbus sub --')).toContain('--retained-only');
    const versions = await offers[shell]('pinbus sub --mqtt-version ');
    expect(versions).toContain('3.1.1');
    expect(versions).not.toContain('--json');
  });

  test.runIf(present)('offers files where a file is meant', async () => {
    // zsh draws only what comes after the letter that is there.
    expect((await offers[shell]('pinbus check -c s')).join(' ')).toContain('ome-config.yaml');
  });
});
