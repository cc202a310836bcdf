// `npm test`: what the tests need is there, the program is built, every test runs, and the last line counts them.
// Arguments go to vitest: `npm test -- test/unit/topics`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installMissing } from './debian-packages.mjs';

installMissing();

const folder = mkdtempSync(join(tmpdir(), 'pinbus-report-'));
const file = join(folder, 'summary.json');
const env = { ...process.env, PINBUS_TEST_SUMMARY: file };
const run = (command, ...args) =>
  spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env }).status ?? 1;

const reporters = ['--reporter=default', '--reporter=./scripts/summary-reporter.mjs'];
const built = run('npm', 'run', 'build', '--silent') === 0;
const status = built ? run('npx', '--no', 'vitest', 'run', ...reporters, ...process.argv.slice(2)) : 1;

/** @returns {{ passed: number, failed: number, skipped: { name: string, reason: string }[] }} */
function summary() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    console.error(built ? 'vitest ended before it had a result' : 'the program does not build');
    return { passed: 0, failed: 1, skipped: [] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { passed, failed, skipped } = summary();
for (const { name, reason } of skipped) console.log(`skipped: ${name}: ${reason}`);
// Whatever made vitest fail without a failed test counts as one.
const failures = status !== 0 && failed === 0 ? 1 : failed;
console.log(`${passed} passed, ${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;
