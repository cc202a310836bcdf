import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file of a guide: new with its whole text, or a change of what is there as a diff without line numbers. */
interface Block {
  readonly path: string;
  readonly language: string;
  readonly body: string;
}

/** The blocks of a page that stand below the path of a file, in order. */
function blocksOf(page: string): readonly Block[] {
  const found = page.matchAll(/^`(?<path>[^`\n]+)`:\n\n```(?<language>\w+)\n(?<body>(?:(?!```).*\n)*)```$/gm);
  return [...found].map(({ groups: { path = '', language = '', body = '' } = {} }) => ({ path, language, body }));
}

const ofDiff = (body: string, signs: string): string =>
  body.replace(/^(?<sign>.)(?<rest>.*\n)/gm, (_, sign: string, rest: string) => (signs.includes(sign) ? rest : ''));

/** The new files that a guide is to end with, in the order it makes them; empty for a page that is no guide. */
export function filesMadeBy(page: string): readonly string[] {
  return blocksOf(page).flatMap(({ path, language }) => (language === 'diff' ? [] : [path]));
}

/**
 * Does in `tree` what the page says.
 * @throws Error when a new file is there already, or what a diff changes is not there exactly once
 */
export function followGuide(page: string, tree: string): void {
  for (const { path, language, body } of blocksOf(page)) {
    const file = join(tree, path);
    if (language !== 'diff') {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, body, { flag: 'wx' });
      continue;
    }
    const parts = readFileSync(file, 'utf8').split(ofDiff(body, ' -'));
    if (parts.length !== 2) throw new Error(`${path} has ${parts.length - 1} times what is to be changed:\n${body}`);
    writeFileSync(file, parts.join(ofDiff(body, ' +')));
  }
}
