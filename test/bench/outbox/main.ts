// `npm run bench:outbox`: durable appends beside two loops with the same commits and nothing around them, one into a plain table
// and one into the outbox's own, in turn, so that whatever else the machine does meets all; and what a byte of payload costs
// the disk. All make each payload anew; the outbox has publishers besides, of which each waits for its promise.
import { appends, type AppendFigures } from './appends.ts';
import { bareLoop, tableLoop } from './bare-loop.ts';
import { figure, say, shown, spread } from '../figures.ts';
import { table } from '../table.ts';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 7);
/** Of each round, in milliseconds. */
const DURATION_MS = Number(process.env['BENCH_MS'] ?? 3_000);
/** Publishers that each wait for their acknowledgement. */
const CROWDS = [20, 100, 500] as const;
const CALM_PER_S = 1_000;

const rows: string[][] = [];
for (const publishers of CROWDS) {
  const ours: AppendFigures[] = [];
  const bare: number[] = [];
  const own: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const figures = await appends({ publishers, per_s: Number.POSITIVE_INFINITY, duration_ms: DURATION_MS });
    const rows_a_commit = Math.max(1, Math.round(figures.appends / figures.commits));
    ours.push(figures);
    bare.push(bareLoop(rows_a_commit, DURATION_MS));
    own.push(tableLoop(rows_a_commit, DURATION_MS));
    say(`${publishers} publishers: ${JSON.stringify(figures)}, bare ${figure(bare.at(-1) ?? 0)}/s`);
  }
  const ratio = (loop: readonly number[]): string =>
    shown(spread(ours.map(({ appends_per_s }, round) => appends_per_s / (loop[round] ?? Number.NaN))), 2);
  rows.push([
    `${publishers} publishers`,
    shown(spread(ours.map((one) => one.appends_per_s))),
    shown(spread(bare)),
    ratio(bare),
    ratio(own),
    shown(spread(ours.map((one) => one.appends / one.commits))),
    shown(spread(ours.map((one) => one.amplification)), 1),
  ]);
}
const calm: AppendFigures[] = [];
for (let round = 0; round < ROUNDS; round++) {
  calm.push(await appends({ publishers: 100, per_s: CALM_PER_S, duration_ms: DURATION_MS }));
}
rows.push([
  `${CALM_PER_S} a second`,
  shown(spread(calm.map((one) => one.appends_per_s))),
  '',
  '',
  '',
  shown(spread(calm.map((one) => one.appends / one.commits))),
  shown(spread(calm.map((one) => one.amplification)), 1),
]);

console.log(
  table(
    [
      '',
      'appends/s',
      'bare loop',
      'ratio to it',
      'to the loop into its table',
      'rows a commit',
      'bytes to the disk a byte of payload',
    ],
    rows,
  ),
);
