// The kernel with virtual pins that test/kernel runs in: user-mode Linux, built once and kept in the cache.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { GUEST_TOOLS, installMissing, KERNEL_BUILD_TOOLS, KERNEL_SOURCE } from './debian-packages.mjs';

const BUILD = resolve('test/kernel/build.sh');
const RUN = resolve('test/kernel/run.sh');
const DEVICES = resolve('test/kernel/devices');
const RECIPE = [
  BUILD,
  resolve('test/kernel/kernel.config'),
  ...readdirSync(DEVICES)
    .toSorted()
    .map((file) => join(DEVICES, file)),
];

/** The folder of the kernel that the recipe as it is now makes. */
function cacheFolder() {
  const hash = createHash('sha256');
  for (const file of RECIPE) hash.update(readFileSync(file));
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(cache, 'pinbus', `kernel-${hash.digest('hex').slice(0, 12)}`);
}

/**
 * Makes sure of the kernel; minutes, the first time.
 * @returns {{ linux: string } | { missing: string } | { broken: string }} the program that is the kernel; or what it would
 * need; or why it could not be built although all is there
 */
export function prepareKernel() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { missing: 'user-mode Linux needs Linux on x86-64' };
  const folder = cacheFolder();
  const linux = join(folder, 'linux');
  const built = existsSync(linux);
  const missing = installMissing(built ? GUEST_TOOLS : [...GUEST_TOOLS, ...KERNEL_BUILD_TOOLS]);
  if (missing !== undefined) return { missing };
  if (built) return { linux };
  console.log(`Building the kernel that pins are tested on; it stays in ${folder}`);
  mkdirSync(folder, { recursive: true });
  const began = performance.now();
  const { status } = spawnSync(BUILD, [KERNEL_SOURCE, folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) return { broken: 'the kernel for test/kernel does not build' };
  console.log(`Built in ${Math.round((performance.now() - began) / 1_000)} s`);
  return { linux };
}

/** Runs a command in the kernel; `folder` is /mnt in there, the one place where it may write. The command's exit code. */
export function runInKernel(linux, folder, command) {
  return spawnSync(RUN, [linux, folder, ...command], { stdio: ['ignore', 'inherit', 'inherit'] }).status;
}
