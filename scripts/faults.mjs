// `npm run test:faults [POINTS [SEED]]`: the faults at length, against real brokers. 200 kills of a bridging node, of a new seed, if
// nothing is said; of sessions, of a bare outbox, of what comes in, and of the power, shares of that.
import { randomInt } from 'node:crypto';
import { installMissing, MQTT_PROGRAMS, OTHER_BROKERS } from './debian-packages.mjs';
import { broken, conclude, run, vitest } from './vitest.mjs';

const [points = '200', seed = String(randomInt(2 ** 31))] = process.argv.slice(2);

function faults() {
  if (run('npm', ['run', 'build', '--silent']) !== 0) return broken('the program does not build');
  const missing = installMissing(MQTT_PROGRAMS);
  if (missing !== undefined) return broken(`The faults befall real MQTT programs. ${missing}`);
  // Without them their tests are skipped, and named at the end.
  const without = installMissing(OTHER_BROKERS);
  if (without !== undefined) console.log(without);
  console.log(`${points} kills, seed ${seed}; again by: npm run test:faults -- ${points} ${seed}`);
  return vitest(['--project', 'whole', '--project', 'long', 'test/faults'], {
    PINBUS_FAULT_POINTS: points,
    SEED: seed,
  });
}

conclude([faults()]);
