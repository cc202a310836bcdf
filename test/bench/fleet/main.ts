// `npm run bench:fleet`: whole nodes by the hundred, that bridge to a cluster of three NATS servers which loses one of them under load.
import { fleetThroughRestart } from './restart.ts';
import { figure, mebibytes, say } from '../figures.ts';
import { table } from '../table.ts';

const AGENTS = Number(process.env['BENCH_AGENTS'] ?? 200);
const PROCESSES = 2;
const RATE = Number(process.env['BENCH_RATE'] ?? 5);
const EACH_MS = 20_000;

const began_ms = performance.now();
const shape = { agents: AGENTS, processes: PROCESSES, rate: RATE, each_ms: EACH_MS };
const figures = await fleetThroughRestart(shape, (what) =>
  say(`${figure((performance.now() - began_ms) / 1_000)} s: ${what}`),
);
const { tally } = figures;

say(
  `\n${AGENTS} agents in ${PROCESSES} processes, each given ${RATE} messages a second; a cluster of three NATS servers, of whose streams each has a copy.\n`,
);
say(
  table(
    ['', 'the fleet'],
    [
      ['ready in, s', figure(figures.ready_ms / 1_000, 1)],
      ['resident an agent, idle', mebibytes(figures.idle_bytes)],
      ['resident an agent, at the end of the load', mebibytes(figures.loaded_bytes)],
      ['acknowledged/s', figure(figures.acknowledged_per_s)],
      ['arrived in the cloud/s', figure(figures.arrived_per_s)],
      ['longest silence after the kill of a server, s', figure(figures.silence_ms / 1_000, 1)],
      ['behind at the end of the load, s', figure(figures.behind_ms / 1_000, 1)],
      ['acknowledged', figure(tally.acknowledged)],
      ['acknowledged and lost', figure(tally.lost)],
      ['arrived more than once', figure(tally.duplicated)],
      ['out of order in its topic', figure(tally.reordered)],
      ['unexpected', figure(tally.unexpected)],
    ],
  ),
);
if (tally.lost + tally.unexpected > 0) process.exitCode = 1;
