import { resolve } from 'node:path';
import type { Config } from '../config.ts';
import type { Finding, Path } from '../finding.ts';
import { printable } from '../source.ts';
import { readSmallFile, whyUnreadable } from '../values.ts';

/** A chain of certificates at most. */
const MAX_PEM_BYTES = 1024 * 1024;

/** The files that a config names, relative to its folder: that they are there, may be read, and are PEM. */
export async function checkFiles(config: Config, folder: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { path, file } of filesOf(config)) {
    const fault = await pemFault(resolve(folder, file));
    if (fault === undefined) continue;
    findings.push({
      code: 'CONFIG_FILE_MISSING',
      path,
      on: 'value',
      message: `cannot use the file ${printable(file)}: ${fault}`,
    });
  }
  return findings;
}

function filesOf(config: Config): { readonly path: Path; readonly file: string }[] {
  const listeners = config.broker.listeners.flatMap(({ tls }, index) =>
    (['cert', 'key', 'ca', 'crl'] as const).flatMap((key) => {
      const file = tls?.[key];
      return file === undefined ? [] : [{ path: ['broker', 'listeners', index, 'tls', key], file }];
    }),
  );
  const keys = (config.broker.tokens?.keys ?? []).flatMap((key, index) =>
    'secret' in key ? [] : [{ path: ['broker', 'tokens', 'keys', index, 'key'], file: key.key }],
  );
  const bridges = config.bridges.flatMap((bridge, index) =>
    (['ca', 'cert', 'key'] as const).flatMap((key) => {
      const file = bridge[key];
      return file === undefined ? [] : [{ path: ['bridges', index, key], file }];
    }),
  );
  return [...listeners, ...keys, ...bridges];
}

async function pemFault(file: string): Promise<string | undefined> {
  try {
    const text = await readSmallFile(file, MAX_PEM_BYTES);
    return text.includes('-----BEGIN ') ? undefined : 'it is not a PEM file (`-----BEGIN ...`)';
  } catch (error) {
    return whyUnreadable(error);
  }
}
