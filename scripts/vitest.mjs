// Runs of vitest whose tests are counted, and the last line that counts them all.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @typedef {{ passed: number, failed: number, skipped: { name: string, reason: string }[] }} Summary */

const REPORTERS = ['--reporter=default', '--reporter=./scripts/summary-reporter.mjs'];

/** Runs a command with this process's output; its exit code. */
export const run = (command, args, env = {}) =>
  spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } }).status ?? 1;

/** @returns {Summary} of `vitest run` with these arguments */
export function vitest(args, env = {}) {
  return summaryOf((file, reporters) =>
    run('npx', ['--no', 'vitest', 'run', ...reporters, ...args], { ...env, PINBUS_TEST_SUMMARY: file }),
  );
}

/**
 * `work` runs vitest with those reporters, has them write into that file, and gives vitest's exit code.
 * @param {(file: string, reporters: string[], folder: string) => number} work
 * @returns {Summary}
 */
export function summaryOf(work) {
  const folder = mkdtempSync(join(tmpdir(), 'pinbus-report-'));
  try {
    const file = join(folder, 'summary.json');
    const status = work(file, REPORTERS, folder);
    const counted = JSON.parse(readFileSync(file, 'utf8'));
    // Whatever made vitest fail without a failed test counts as one.
    return status !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
  } catch {
    return broken('vitest ended before it had a result');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @returns {Summary} */
export function broken(message) {
  console.error(message);
  return { passed: 0, failed: 1, skipped: [] };
}

/** Says what was skipped and, last, how many passed and failed; sets the exit code. */
export function conclude(summaries) {
  for (const { name, reason } of summaries.flatMap(({ skipped }) => skipped))
    console.log(`skipped: ${name}: ${reason}`);
  const count = (key) => summaries.reduce((sum, each) => sum + each[key], 0);
  console.log(`${count('passed')} passed, ${count('failed')} failed`);
  process.exitCode = count('failed') === 0 ? 0 : 1;
}
