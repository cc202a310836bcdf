// `npm run bench:bridge`: pinbus beside mosquitto's bridge through outages, in turn, so that whatever else the machine does
// meets all; and what an upstream's state does to the node's own latency.
import { figure, mebibytes, percentile, say, shown, spread } from '../figures.ts';
import { table } from '../table.ts';
import { bigBacklog } from './big-backlog.ts';
import { besideUpstream, UPSTREAM_STATES } from './local-latency.ts';
import { outage, type OutageFigures, type OutageShape } from './outage.ts';
import { CONTENDERS, type Contender, FAR_CONTENDER } from './subject.ts';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const BACKLOG = Number(process.env['BENCH_BACKLOG'] ?? 1_000_000);
const LATENCY_ROUNDS = 5;

/** Figures of each contender over the rounds, by its name. */
async function inTurn(contenders: readonly Contender[], shape: OutageShape): Promise<Map<string, OutageFigures[]>> {
  const rounds = new Map(contenders.map(({ name }) => [name, [] as OutageFigures[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const contender of contenders) {
      const figures = await outage(contender, shape);
      rounds.get(contender.name)?.push(figures);
      say(`${contender.name}: ${JSON.stringify(figures)}`);
    }
  }
  return rounds;
}

const HEADER = ['', ...CONTENDERS.map(({ name }) => name), 'ratio to the best mosquitto'];
const row = (
  name: string,
  rounds: Map<string, OutageFigures[]>,
  pick: (of: OutageFigures) => number,
  digits = 0,
): string[] => {
  const spreads = CONTENDERS.map((contender) => spread((rounds.get(contender.name) ?? []).map(pick)));
  const [ours, ...theirs] = spreads.map(({ median }) => median);
  const best = Math.max(...theirs.filter((median) => Number.isFinite(median)));
  // Nothing lost by both is no ratio.
  const ratio = ours !== undefined && best > 0 ? figure(ours / best, 2) : '';
  return [name, ...spreads.map((one) => shown(one, digits)), ratio];
};

const near = await inTurn(CONTENDERS, { away_ms: 5_000, backlog: 20_000, round_trip_ms: 0 });
const far = await inTurn([...CONTENDERS, FAR_CONTENDER], { away_ms: 5_000, backlog: 10_000, round_trip_ms: 100 });
const steady = await inTurn(CONTENDERS.slice(0, 1), { away_ms: 6_000, backlog: 6_000, rate: 1_000, round_trip_ms: 0 });
const backlog = BACKLOG > 0 ? await bigBacklog(BACKLOG) : undefined;
const latencies = await besideUpstream(LATENCY_ROUNDS);

say(
  `\nThe upstream away for 5 s or 20,000 messages of 100 bytes; median of ${ROUNDS} rounds in turn (lowest-highest).`,
);
say('Whoever saves to the disk is killed by SIGKILL before the drain.\n');
say(
  table(HEADER, [
    row('acknowledged/s while it is away', near, (of) => of.acknowledged_per_s),
    row('bytes to the disk a byte of payload', near, (of) => of.amplification, 1),
    row('acknowledged and lost', near, (of) => of.lost),
    row('arrived more than once', near, (of) => of.duplicated),
    row('drained/s on the loopback', near, (of) => of.drained_per_s),
    row('drained/s with 100 ms there and back', far, (of) => of.drained_per_s),
    row('acknowledged and lost', far, (of) => of.lost),
  ]),
);
const wide = far.get(FAR_CONTENDER.name) ?? [];
say(
  `\n${FAR_CONTENDER.name}, 100 ms: ${shown(spread(wide.map((of) => of.drained_per_s)))} drained/s, nothing else changed.`,
);
const calm = steady.get('pinbus') ?? [];
say(
  `\npinbus at 1,000/s: ${shown(spread(calm.map((of) => of.amplification)), 1)} bytes to the disk a byte of payload.`,
);
if (backlog !== undefined) {
  say(
    `A backlog of ${figure(BACKLOG)}: taken at ${figure(backlog.acknowledged_per_s)}/s; ready on it in ${figure(backlog.ready_ms)} ms; ` +
      `RSS ${mebibytes(backlog.filled_bytes)} after filling it, ${mebibytes(backlog.ready_bytes)} when ready, ${mebibytes(backlog.draining_bytes)} while draining.`,
  );
}
const [up] = latencies;
say(`\nFrom a command to its state at home, ms, by the state of the upstream; ${LATENCY_ROUNDS} rounds in turn.\n`);
say(
  table(
    ['', 'p50', 'p99', 'p99 to that with it up'],
    UPSTREAM_STATES.map(({ name }, index) => {
      const rounds = latencies[index] ?? [];
      const of = (part: number) => spread(rounds.map((round) => percentile(round, part)));
      const base = spread((up ?? []).map((round) => percentile(round, 0.99)));
      return [name, shown(of(0.5), 3), shown(of(0.99), 3), figure(of(0.99).median / base.median, 2)];
    }),
  ),
);
