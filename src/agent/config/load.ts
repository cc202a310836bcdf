import { access, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { checkFiles } from './checks/files.ts';
import type { Config } from './config.ts';
import { parseConfig, placeAll } from './parse.ts';
import { resolvePaths } from './paths.ts';
import { ConfigError } from './problem.ts';
import { readSmallFile, whyUnreadable } from './values.ts';

export interface LoadRequest {
  /** The file asked for by `-c`. Without it: ./pinbus.yaml, /etc/pinbus/pinbus.yaml, the built-in demo. */
  readonly file?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Absolute path of the file that was read. */
  readonly file: string;
  /** `demo`: no config was found, and the built-in one on simulated hardware was taken. */
  readonly source: 'file' | 'demo';
}

export const MAX_CONFIG_BYTES = 1024 * 1024;
const SYSTEM_FILE = '/etc/pinbus/pinbus.yaml';
const DEMO_FILE = createRequire(import.meta.url).resolve('#demo');

/** Reads, checks and completes the config. Throws a ConfigError that has everything that is wrong with it. */
export async function loadConfig(request: LoadRequest): Promise<LoadedConfig> {
  const { file, source } = await findFile(request);
  const shown = displayName(file, request.cwd);
  const folder = dirname(file);
  const text = await readConfig(file, shown, request);
  const parsed = await parseConfig(shown, text, { env: request.env, folder });
  if (!parsed.ok) throw new ConfigError(shown, parsed.problems);
  const missing = await checkFiles(parsed.config, folder);
  if (missing.length > 0) {
    throw new ConfigError(shown, placeAll(missing, parsed.document));
  }
  const config = resolvePaths(parsed.config, {
    folder,
    // The demo's own folder belongs to the package, and may be read-only.
    state: request.env['STATE_DIRECTORY']?.split(':')[0] ?? (source === 'demo' ? request.cwd : folder),
  });
  return { config, file, source };
}

async function findFile({ file, cwd }: LoadRequest): Promise<{ file: string; source: LoadedConfig['source'] }> {
  if (file !== undefined) return { file: resolve(cwd, file), source: 'file' };
  for (const candidate of [resolve(cwd, 'pinbus.yaml'), SYSTEM_FILE]) {
    // One that exists and cannot be read is an error, not a reason to run another.
    if (await exists(candidate)) return { file: candidate, source: 'file' };
  }
  return { file: DEMO_FILE, source: 'demo' };
}

const exists = (file: string): Promise<boolean> =>
  access(file, constants.F_OK).then(
    () => true,
    () => false,
  );

async function readConfig(file: string, shown: string, { cwd }: LoadRequest): Promise<string> {
  try {
    return await readSmallFile(file, MAX_CONFIG_BYTES);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const code = missing ? 'CONFIG_NOT_FOUND' : 'CONFIG_UNREADABLE';
    const message = missing ? `there is no such file in ${cwd}` : `cannot read it: ${whyUnreadable(error)}`;
    throw new ConfigError(shown, [{ code, file: shown, message, related: [] }], { cause: error });
  }
}

/** As the person who gave it would call it: relative where the file is below the current folder. */
function displayName(file: string, cwd: string): string {
  const path = relative(cwd, file);
  return path === '' || path.startsWith('..') || isAbsolute(path) ? file : path;
}
