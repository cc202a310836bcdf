import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filesMadeBy, followGuide } from '../rigs/guide.ts';

/** What a newcomer would have, as far as the steps touch it. */
const TREE = [
  'docs',
  'examples',
  'package.json',
  'pinbus.schema.json',
  'scripts/build.mjs',
  'scripts/bundle.mjs',
  'scripts/schema.mjs',
  'src',
  'test/discovery',
  'test/rigs',
  'test/unit/agent/platforms',
  'tsconfig.json',
  'vitest.config.ts',
];

/** The tests that hold for every platform, and those that the page has for its own. */
const HELD = ['test/unit/agent/platforms/platforms.test.ts', 'test/unit/agent/platforms/valve.test.ts'];

const page = readFileSync('docs/ADD-A-PLATFORM.md', 'utf8');
let tree: string;

/** A script in the tree. Rejects with what it says when it fails. */
async function run(script: string, ...args: readonly string[]): Promise<string> {
  const started = promisify(execFile)(process.execPath, [join(tree, script), ...args], {
    cwd: tree,
    env: { ...process.env, NO_COLOR: '1' },
  });
  const { stdout } = await started.catch(({ stdout, stderr }: { stdout: string; stderr: string }) => {
    throw new Error(`${script} ${args.join(' ')} fails after docs/ADD-A-PLATFORM.md:\n${stdout}${stderr}`);
  });
  return stdout;
}

describe('docs/ADD-A-PLATFORM.md, followed to the letter', { timeout: 120_000 }, () => {
  beforeAll(() => {
    tree = mkdtempSync(join(tmpdir(), 'pinbus-guide-'));
    for (const path of TREE) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      if (existsSync(path)) cpSync(path, join(tree, path), { recursive: true });
    }
    symlinkSync(resolve('node_modules'), join(tree, 'node_modules'));
    followGuide(page, tree);
  }, 120_000);
  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  test('ends with the files that its table names', () => {
    const [, table = ''] = /\| file \| holds \|\n.*\n(?<rows>(?:\|.*\n)+)/.exec(page) ?? [];
    const named = [...table.matchAll(/^\| `(?<file>[^`]+)`/gm)].map(({ groups }) => groups?.['file']);
    expect(named).toEqual(filesMadeBy(page));
  });

  test.concurrent('gives a platform that compiles, and reaches the schema for editors', async () => {
    await run('node_modules/typescript/bin/tsc');
    await run('scripts/build.mjs');
    await run('scripts/schema.mjs');
    expect(readFileSync(join(tree, 'pinbus.schema.json'), 'utf8')).toContain('"const": "valve"');
    expect(readFileSync(join(tree, 'docs/CONFIG.md'), 'utf8')).toContain('#### platform: valve');
    const topics = await run('dist/agent/main.js', 'topics', '--config', 'examples/demo.yaml');
    expect(topics).toMatch(/garden_tap\/set .*OPEN, CLOSE/);
  });

  test.concurrent('gives an entity that keeps its promises on simulated pins, and that Home Assistant takes', async () => {
    const report = await run('node_modules/vitest/vitest.mjs', 'run', '--no-isolate', '--reporter=verbose', ...HELD);
    expect(report).toMatch(/✓.*'valve' as .*Home Assistant takes what it announces/);
    expect(report).toMatch(/✓.*valve\.test\.ts.*max_on closes it/);
  });
});
