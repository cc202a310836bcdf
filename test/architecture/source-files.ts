import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Every file of the repository, tracked or about to be, by its path. */
export function repositoryFiles(): string[] {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate']);
  const deleted = execFileSync('git', ['ls-files', '-z', '--deleted']).toString('utf8').split('\0');
  return list
    .toString('utf8')
    .split('\0')
    .filter((file) => file !== '' && !deleted.includes(file))
    .toSorted();
}

export interface Import {
  readonly from: string;
  readonly specifier: string;
}

/** What a TypeScript file imports, re-exports, loads lazily or resolves. */
export function importsOf(file: string): Import[] {
  const text = withoutComments(readFileSync(file, 'utf8'));
  const specifiers = text.matchAll(
    /\b(?:from|import)\s*\(?\s*'(?<quoted>[^'\n]+)'|\b(?:require|resolve)\s*\(\s*'(?<resolved>[^'\n.][^'\n]*)'/g,
  );
  return [...specifiers].map(({ groups }) => ({
    from: file,
    specifier: groups?.['quoted'] ?? groups?.['resolved'] ?? '',
  }));
}

/** Comments may speak of any package. */
function withoutComments(text: string): string {
  return text.replaceAll(/^\s*(?:\/\/.*|\/\*[\s\S]*?\*\/)/gm, '');
}
