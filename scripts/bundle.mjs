// TypeScript sources to what Node runs: few files instead of hundreds, because to find, read and link each is most of a start.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { build } from 'rolldown';

/** Packages stay imports. Paths are of the checkout, whose folder everything here runs in. */
const OPTIONS = { platform: 'node', external: /^[^./#]/, logLevel: 'warn' };

/**
 * Programs that share what they have in common. What only some runs need (`await import`) stays a file of its own.
 * @param {Record<string, string>} programs sources, by the name that each gets in the folder, without `.js`
 * @param {string} folder emptied before
 */
export async function bundle(programs, folder) {
  const names = { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' };
  await build({ ...OPTIONS, input: programs, output: { dir: folder, cleanDir: true, sourcemap: true, ...names } });
}

/**
 * One file of a source that is no part of the product: a program that a test starts, a bench, what a script asks.
 * @param {string} source as `test/rigs/appender-main.ts`
 * @returns {Promise<string>} the file
 */
export async function bundled(source) {
  const output = { codeSplitting: false };
  const {
    output: [{ code }],
  } = await build({ ...OPTIONS, input: source, output, write: false });
  const file = resolve('.cache/bundled', source.replace(/\.ts$/, '.js'));
  mkdirSync(dirname(file), { recursive: true });
  // Somebody else may be about to run it.
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, code);
  renameSync(fresh, file);
  return file;
}
