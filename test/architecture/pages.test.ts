import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { hashPassword } from '#broker';
import { describe, expect, test } from 'vitest';
import { specsOf } from '../../src/agent/cli/completion/spec.ts';
import { processIo } from '../../src/agent/cli/io.ts';
import { loadProgram } from '../../src/agent/cli/run.ts';
import { parseConfig } from '../../src/agent/config/parse.ts';
import { repositoryFiles } from './source-files.ts';

const pages = repositoryFiles()
  .filter((file) => file.endsWith('.md'))
  .map((page) => ({ page, text: readFileSync(page, 'utf8') }));

/** Loads every command. */
const LOADED_MS = 60_000;

describe('whoever follows the pages to the letter', () => {
  test(
    'types commands and options that there are',
    async () => {
      const specs = specsOf(await loadProgram(processIo(), { all: true })).toSorted(
        (a, b) => b.path.length - a.path.length,
      );
      const typed = pages.flatMap(({ page, text }) => commandsIn(text).map((line) => ({ page, line })));
      expect(typed.length).toBeGreaterThan(40);
      const wrong = typed.filter(({ line }) => {
        const spec = specs.find(({ path }) => line === path || line.startsWith(`${path} `));
        const rest = line
          .slice(spec?.path.length ?? 0)
          .trim()
          .split(/\s+/);
        const flags = new Set([...(spec?.options.flatMap((option) => option.flags) ?? []), '--help']);
        const verbless = spec === undefined || (spec.commands.length > 0 && /^[a-z]/.test(rest[0] ?? ''));
        return verbless || rest.some((word) => /^--?[a-z]/i.test(word) && !flags.has(word));
      });
      expect(wrong).toEqual([]);
    },
    LOADED_MS,
  );

  test('writes configs that are taken', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pinbus-test-'));
    writeFileSync(join(folder, 'homeassistant.hash'), await hashPassword('secret'));
    const blocks = pages.flatMap(({ page, text }) => configsIn(text).map((yaml) => ({ page, yaml })));
    expect(blocks.length).toBeGreaterThan(5);
    for (const { page, yaml } of blocks) {
      const whole = /^node:/m.test(yaml) ? yaml : `node: { id: porch }\n${yaml}`;
      const parsed = await parseConfig(page, whole, { env: {}, folder });
      expect(parsed.ok ? [] : parsed.problems, `${page}\n${yaml}`).toEqual([]);
    }
    rmSync(folder, { recursive: true });
  });

  test('finds the heading that a link leads to', () => {
    const anchors = new Map(pages.map(({ page, text }) => [page, anchorsOf(text)]));
    const links = pages.flatMap(({ page, text }) =>
      [...text.matchAll(/\]\((?<file>[\w./-]*)#(?<anchor>[\w-]+)\)/g)].map(({ groups }) => ({
        page,
        file: groups?.['file'] ? normalize(join(dirname(page), groups['file'])) : page,
        anchor: groups?.['anchor'] ?? '',
      })),
    );
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter(({ file, anchor }) => anchors.get(file)?.has(anchor) !== true)).toEqual([]);
  });
});

/** What stands after `pinbus` in the code of a page, up to whatever is no word of the command line any more. */
function commandsIn(text: string): string[] {
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block]) => block?.split('\n') ?? []);
  const inline = [...text.matchAll(/`((?:npx )?pinbus [a-z-][^`\n]*)`/g)].map(([, code]) => code ?? '');
  return [...blocks, ...inline]
    .map((line) => /^(?:npx )?(pinbus(?: [^#|&<>"'{]*)?)/.exec(line.trim())?.[1]?.trim())
    .filter((line) => line !== undefined);
}

/** Blocks that a config can begin with; those that are indented are parts of one. */
const configsIn = (text: string): string[] =>
  [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)]
    .map(([, block]) => block ?? '')
    .filter((block) => /^(?:node|broker|entities|bridges|outbox|hardware):/m.test(block));

/** As GitHub makes them. */
const anchorsOf = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
