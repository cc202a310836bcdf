// `npm run test:faults [POINTS [SEED]]`: the faults at length, against real brokers. 200 kills of a bridging node, of a new seed, if
// nothing is said; of sessions, of a bare outbox, of what comes in, and of the power, shares of that.
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installMissing, MQTT_PROGRAMS, OTHER_BROKERS } from './debian-packages.mjs';
import { faultReport } from './fault-report.mjs';
import { broken, conclude, run, vitest } from './vitest.mjs';

const [points = '200', seed = String(randomInt(2 ** 31))] = process.argv.slice(2);
const AGAIN = `${points} kills, seed ${seed}; again by: npm run test:faults -- ${points} ${seed}`;

function faults(folder) {
  if (run('npm', ['run', 'build', '--silent']) !== 0) return broken('the program does not build');
  const missing = installMissing(MQTT_PROGRAMS);
  if (missing !== undefined) return broken(`The faults befall real MQTT programs. ${missing}`);
  // Without them their tests are skipped, and named at the end.
  const without = installMissing(OTHER_BROKERS);
  if (without !== undefined) console.log(without);
  console.log(AGAIN);
  const began_ms = performance.now();
  const report = join(folder, 'report');
  // What the tests say of their progress comes as it is, and when it is.
  const summary = vitest(['--disable-console-intercept', '--project', 'whole', '--project', 'long', 'test/faults'], {
    PINBUS_FAULT_POINTS: points,
    PINBUS_FAULT_REPORT: report,
    SEED: seed,
  });
  console.log(`\n${faultReport(report)}\n\n${AGAIN}; ${Math.round((performance.now() - began_ms) / 1_000)} s`);
  return summary;
}

const folder = mkdtempSync(join(tmpdir(), 'pinbus-faults-'));
try {
  conclude([faults(folder)]);
} finally {
  rmSync(folder, { recursive: true });
}
