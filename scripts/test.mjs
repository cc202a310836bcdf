// `npm test`: what the tests need is there, the program is built, every test runs, and the last line counts them.
// Arguments go to vitest: `npm test -- test/unit/topics`. What is in test/kernel runs in a kernel with virtual pins.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installMissing, MQTT_PROGRAMS } from './debian-packages.mjs';
import { prepareKernel, runInKernel } from './kernel.mjs';

/** @typedef {{ passed: number, failed: number, skipped: { name: string, reason: string }[] }} Summary */

const REPORTERS = ['--reporter=default', '--reporter=./scripts/summary-reporter.mjs'];
const wanted = process.argv.slice(2);
const forKernel = wanted.filter((argument) => argument.startsWith('test/kernel'));
const forHost = wanted.filter((argument) => !forKernel.includes(argument));

const folder = mkdtempSync(join(tmpdir(), 'pinbus-report-'));

const run = (command, args, env = {}) =>
  spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } }).status ?? 1;

/** @returns {Summary} */
function onHost() {
  const missing = installMissing(MQTT_PROGRAMS);
  if (missing !== undefined) {
    console.error(`The tests talk to real MQTT programs. ${missing}`);
    process.exit(69);
  }
  const file = join(folder, 'host.json');
  const projects = ['--project', 'parts', '--project', 'whole'];
  const status = run('npx', ['--no', 'vitest', 'run', ...projects, ...REPORTERS, ...forHost], {
    PINBUS_TEST_SUMMARY: file,
  });
  return summary(file, status);
}

/** @returns {Summary} */
function inKernel() {
  const kernel = prepareKernel();
  if ('broken' in kernel) return broken(kernel.broken);
  if ('missing' in kernel) {
    // Who asks for these tests alone shall not take their absence for a success.
    const failed = forKernel.length > 0 ? 1 : 0;
    return { passed: 0, failed, skipped: [{ name: 'test/kernel, all of it', reason: kernel.missing }] };
  }
  // Nothing but /mnt can be written to in there, so vitest must not write its config down as it reads it.
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--configLoader', 'runner', '--project', 'kernel'];
  const env = ['env', 'PINBUS_TEST_SUMMARY=/mnt/kernel.json'];
  const command = [...env, process.execPath, ...vitest, ...REPORTERS, ...forKernel];
  return summary(join(folder, 'kernel.json'), runInKernel(kernel.linux, folder, command));
}

/** @returns {Summary} */
function summary(file, status) {
  try {
    const counted = JSON.parse(readFileSync(file, 'utf8'));
    // Whatever made vitest fail without a failed test counts as one.
    return status !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
  } catch {
    return broken('vitest ended before it had a result');
  }
}

/** @returns {Summary} */
function broken(message) {
  console.error(message);
  return { passed: 0, failed: 1, skipped: [] };
}

/** @returns {Summary[]} */
function all() {
  if (run('npm', ['run', 'build', '--silent']) !== 0) return [broken('the program does not build')];
  return [
    ...(forKernel.length === 0 || forHost.length > 0 ? [onHost()] : []),
    ...(forHost.length === 0 ? [inKernel()] : []),
  ];
}

const summaries = all();
rmSync(folder, { recursive: true });
for (const { name, reason } of summaries.flatMap(({ skipped }) => skipped)) console.log(`skipped: ${name}: ${reason}`);
const count = (key) => summaries.reduce((sum, each) => sum + each[key], 0);
console.log(`${count('passed')} passed, ${count('failed')} failed`);
process.exitCode = count('failed') === 0 ? 0 : 1;
