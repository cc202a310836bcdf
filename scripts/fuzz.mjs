// `npm run test:fuzz [PACKETS [SEED]]`: malformed packets against the built program, 100,000 of a new seed if nothing is said.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';

const [packets = '100000', seed = String(randomInt(2 ** 31))] = process.argv.slice(2);
console.log(`${packets} malformed packets, seed ${seed}; again by: npm run test:fuzz -- ${packets} ${seed}`);
const env = { ...process.env, PINBUS_FUZZ_PACKETS: packets, PINBUS_FUZZ_SEED: seed };
const files = ['test/integration/program/malformed-packets.test.ts'];
process.exitCode =
  spawnSync('npx', ['--no', 'vitest', 'run', ...files], { stdio: ['ignore', 'inherit', 'inherit'], env }).status ?? 1;
