import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesMadeBy } from '../rigs/guide.ts';
import { repositoryFiles } from './source-files.ts';

const MOST_LINES = 350;
const files = repositoryFiles();
const text = (file: string): string => readFileSync(file, 'utf8');
const isText = (file: string): boolean => !/\.(?:png|db|ico)$/.test(file);

describe('the repository', () => {
  test(`has no source file over ${MOST_LINES} lines`, () => {
    const sources = files.filter((file) => /^(?:src|test|scripts)\/.*\.(?:ts|mjs|py)$/.test(file));
    expect(sources.length).toBeGreaterThan(100);
    const long = sources.map((file) => ({ file, lines: text(file).split('\n').length - 1 }));
    expect(long.filter(({ lines }) => lines > MOST_LINES)).toEqual([]);
  });

  test("has no path of a developer's machine in it", () => {
    const paths = /\/(?:home|Users|root|work)\/[\w.-]+/;
    const allowed = /\/home\/(?:pi|user)\b/;
    const found = files.filter(isText).flatMap((file) =>
      text(file)
        .split('\n')
        .filter((line) => paths.test(line.replace(allowed, '')))
        .map((line) => `${file}: ${line.trim().slice(0, 120)}`),
    );
    expect(found.filter((line) => !line.startsWith('test/architecture/'))).toEqual([]);
  });

  test('has no link in its pages that leads nowhere', () => {
    const pages = files.filter((file) => file.endsWith('.md'));
    const links = pages.flatMap((page) =>
      [...text(page).matchAll(/\]\((?<target>[^)#\s]+)[^)]*\)/g)].map(({ groups }) => ({
        page,
        target: groups?.['target'] ?? '',
      })),
    );
    const local = links.filter(({ target }) => !/^[a-z]+:/.test(target));
    expect(local.length).toBeGreaterThan(20);
    expect(local.filter(({ page, target }) => !existsSync(join(dirname(page), target)))).toEqual([]);
  });

  test('names no file in its pages that is not there, nor made by following the page', () => {
    const pages = files.filter((file) => file.endsWith('.md'));
    const made = new Set(pages.flatMap((page) => filesMadeBy(text(page))));
    const named = pages.flatMap((page) =>
      [...text(page).matchAll(/(?<![\w/])(?:examples|mosquitto|scripts|src|systemd|test)\/[\w./-]+\.\w+/g)].map(
        ([file]) => ({ page, file }),
      ),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(({ file }) => !existsSync(file) && !made.has(file))).toEqual([]);
  });

  test('resolves its packages from whatever registry npm is set to: no host in the lock, none in .npmrc', () => {
    expect(text('package-lock.json')).not.toContain('"resolved"');
    expect(text('.npmrc')).not.toMatch(/registry|https?:/);
  });

  test('locks the optional packages of every platform, without which npm ci refuses the lock', () => {
    const { packages } = JSON.parse(text('package-lock.json')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const missing = Object.entries(packages).flatMap(([key, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !packages[`node_modules/${name}`] && !packages[`${key}/node_modules/${name}`],
      ),
    );
    expect(missing).toEqual([]);
  });

  test('promises Node 20.19, and no package that ships needs a newer one', () => {
    const { engines } = JSON.parse(text('package.json')) as { engines: { node: string } };
    expect(engines.node).toBe('>=20.19');
    const { packages } = JSON.parse(text('package-lock.json')) as {
      packages: Record<string, { dev?: boolean; engines?: { node?: string } }>;
    };
    const newer = Object.entries(packages)
      .filter(([, entry]) => entry.dev !== true && /^>=\s*2[1-9]/.test(entry.engines?.node ?? ''))
      .map(([name]) => name);
    expect(newer).toEqual([]);
  });
});
