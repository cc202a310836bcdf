import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { HARDWARE_ERRORS } from '#hw';
import { EXIT } from '../../lifecycle/exit-code.ts';
import { type Check, fail, type Finding, ok, warn } from './check.ts';

interface NativeModule {
  readonly name: string;
  /** A script that fails when the binary of the module in `process.argv[1]` cannot be used here. */
  readonly probe: string;
  /** What pinbus does not do without it; undefined: pinbus does not start. */
  readonly missing?: string;
}

const MODULES: readonly NativeModule[] = [
  { name: 'better-sqlite3', probe: "new (require(process.argv[1]))(':memory:')" },
  {
    name: 'koffi',
    probe: 'require(process.argv[1]).load(null)',
    missing: 'no word to systemd, no GPIO character device, no I2C',
  },
  { name: 'spi-device', probe: 'require(process.argv[1]).open', missing: 'no SPI' },
];

const PACKAGE = dirname(createRequire(import.meta.url).resolve('#package'));
const PROBE_TIMEOUT_MS = 10_000;

/** Whether the packages with machine code work here; each in a process of its own, because a wrong binary can crash. */
export const modulesCheck: Check = {
  name: 'module',
  exit: EXIT.unavailable,
  run: async () => Promise.all(MODULES.map(look)),
};

async function look({ name, probe, missing }: NativeModule): Promise<Finding> {
  const trouble = await run(probe, name);
  if (trouble === undefined) return ok(`${name} works`);
  return missing === undefined
    ? fail(`${name} does not work, so pinbus cannot start: ${trouble}`, `install it anew: npm rebuild ${name}`)
    : warn(`${name} does not work (${missing}): ${trouble}`, HARDWARE_ERRORS.HW_PACKAGE_MISSING.remedy);
}

/** Why the script failed, in one line. */
function run(script: string, module: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['-e', script, module],
      { cwd: PACKAGE, timeout: PROBE_TIMEOUT_MS },
      (error, _out, stderr) => {
        if (error === null) resolve(undefined);
        else resolve(/^\w*Error: .*/m.exec(stderr)?.[0] ?? error.message.split('\n')[0]);
      },
    );
  });
}
