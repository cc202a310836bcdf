import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Scalar, visit } from 'yaml';
import { type ConfigDocument, problemAt, spanOf } from './document.ts';
import type { Problem } from './problem.ts';
import { printable } from './source.ts';
import { nearest } from './spelling.ts';
import { ENV_TAG, FILE_TAG } from './tags.ts';

/** A secret is a line, a certificate at most. */
const MAX_FILE_BYTES = 64 * 1024;

export interface ValueSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that the paths of `!file` are relative to. */
  readonly folder: string;
}

/** Puts what `!env` and `!file` stand for into the document. What cannot be had is a problem at its place. */
export async function fillInValues(document: ConfigDocument, sources: ValueSources): Promise<Problem[]> {
  const tagged: Scalar[] = [];
  visit(document.yaml, {
    Scalar(_, scalar) {
      if (scalar.tag === ENV_TAG || scalar.tag === FILE_TAG) tagged.push(scalar);
    },
  });
  const problems: Problem[] = [];
  for (const scalar of tagged) {
    const name = String(scalar.value);
    const outcome = scalar.tag === ENV_TAG ? fromEnv(name, sources.env) : await fromFile(name, sources.folder);
    if ('value' in outcome) scalar.value = outcome.value;
    else problems.push(problemAt(document.source, spanOf(scalar) ?? [0, 0], outcome.problem));
  }
  return problems;
}

type Outcome = { readonly value: string } | { readonly problem: Parameters<typeof problemAt>[2] };

function fromEnv(name: string, env: ValueSources['env']): Outcome {
  const value = env[name];
  if (value !== undefined) return { value };
  const suggestion = nearest(name, Object.keys(env));
  const message =
    name === '' ? '!env without the name of a variable' : `the environment has no variable ${printable(name)}`;
  return { problem: { code: 'CONFIG_ENV_MISSING', message, ...(suggestion === undefined ? {} : { suggestion }) } };
}

async function fromFile(name: string, folder: string): Promise<Outcome> {
  const path = resolve(folder, name);
  const fail = (why: string): Outcome => ({
    problem: { code: 'CONFIG_FILE_MISSING', message: `cannot read the file ${printable(name)}: ${why}` },
  });
  if (name === '') return fail('!file without a path');
  try {
    const text = await readSmallFile(path, MAX_FILE_BYTES);
    // An editor ends the last line with a line break that is no part of a password.
    return { value: text.replace(/\r?\n$/, '') };
  } catch (error) {
    return fail(whyUnreadable(error));
  }
}

/** Reads a regular UTF-8 file of a bounded size; a pipe or a device would block or never end. */
export async function readSmallFile(path: string, maxBytes: number): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new Error(stat.isDirectory() ? 'it is a folder' : 'it is not a regular file');
    if (stat.size > maxBytes) throw new Error(`it is larger than ${maxBytes / 1024} KiB`);
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.readFile());
  } finally {
    await file.close();
  }
}

export function whyUnreadable(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission';
  if (code === 'ENOTDIR') return 'a part of its path is not a folder';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'it is not UTF-8 text';
  return error.message;
}
