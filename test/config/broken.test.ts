import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/agent/config/load.ts';
import { ConfigError, type Problem } from '../../src/agent/config/problem.ts';
import { renderProblems } from '../../src/agent/config/render.ts';
import { AGENT_ERRORS } from '../../src/agent/errors.ts';

/** Configs that are wrong, each with what is said about it beside it. `npx vitest -u test/config` writes the texts anew. */
const FOLDER = join(import.meta.dirname, 'broken');
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

const SECRETS = ['hunter2-in-the-clear', 'correct-horse-battery', '4711004711', 'aGFzaGhhc2'];
const env = { HOME: '/home/pi', CLOUD_PASSWORD: 'correct-horse-battery' };

async function problemsOf(file: string): Promise<readonly Problem[]> {
  const loaded = await loadConfig({ file, env, cwd: FOLDER }).catch((error: unknown) => error);
  if (!(loaded instanceof ConfigError)) throw new Error(`${file} is not wrong`, { cause: loaded });
  return loaded.problems;
}

describe('a broken config', () => {
  it.each(files)('%s is explained at its place', async (file) => {
    const rendered = renderProblems(await problemsOf(file), { colour: false });
    await expect(rendered).toMatchFileSnapshot(join(FOLDER, `${basename(file, '.yaml')}.txt`));
    for (const secret of SECRETS) expect(rendered).not.toContain(secret);
  });

  it('has an example for each code, and there are enough of them', async () => {
    const codes = new Set<string>();
    for (const file of files) for (const { code } of await problemsOf(file)) codes.add(code);
    // These are about a config as a whole, and not about what is in it.
    const whole = ['CONFIG_INVALID', 'CONFIG_NOT_FOUND'];
    const known = Object.keys(AGENT_ERRORS).filter((code) => code.startsWith('CONFIG_') && !whole.includes(code));
    expect([...codes].sort()).toEqual(known.sort());
    expect(files.length).toBeGreaterThan(60);
  });

  it('has an expected text for each file, and none is left over', () => {
    const texts = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));
    expect(texts.map((name) => basename(name, '.txt'))).toEqual(files.map((name) => basename(name, '.yaml')));
  });
});
