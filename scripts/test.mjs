// `npm test`: what the tests need is there, the program is built, every test runs, and the last line counts them.
// Arguments go to vitest: `npm test -- test/unit/topics`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installMissing } from './debian-packages.mjs';
import { NO_REPORT, summarize } from './test-summary.mjs';

installMissing();

const run = (command, args) => spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status ?? 1;

const built = run('npm', ['run', 'build', '--silent']);
if (built !== 0) process.exit(built);

const folder = mkdtempSync(join(tmpdir(), 'pinbus-report-'));
const report = join(folder, 'report.json');
const status = run(process.execPath, [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);

let summary = NO_REPORT;
try {
  summary = summarize(JSON.parse(readFileSync(report, 'utf8')), status);
} catch (error) {
  console.error(`vitest wrote no report: ${error.message}`);
} finally {
  rmSync(folder, { recursive: true });
}
for (const { name, reason } of summary.skipped) console.log(`skipped: ${name} (${reason})`);
console.log(`${summary.passed} passed, ${summary.failed} failed`);
process.exitCode = summary.failed === 0 && status === 0 ? 0 : 1;
