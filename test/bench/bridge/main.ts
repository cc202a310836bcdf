// `npm run bench:bridge`: pinbus beside mosquitto's bridge through outages, in turn, so that whatever else the machine does
// meets all; and what an upstream's state does to the node's own latency.
import { figure, mebibytes, percentile, say, shown, spread } from '../figures.ts';
import { table } from '../table.ts';
import { bigBacklog } from './big-backlog.ts';
import { ceiling } from './ceiling.ts';
import { besideUpstream, UPSTREAM_STATES } from './local-latency.ts';
import { outage, type OutageFigures, type OutageShape, PAYLOAD } from './outage.ts';
import { CONTENDERS, type Contender, WIDE_WINDOW, WINDOW } from './subject.ts';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const BACKLOG = Number(process.env['BENCH_BACKLOG'] ?? 1_000_000);
const LATENCY_ROUNDS = 5;
/** Messages that the upstream misses: enough for some seconds of draining, of which a program's first second is a small part. */
const NEAR_BACKLOG = 100_000;

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

/** Which of two figures is the better one. */
type Better = 'more' | 'less';

/** What a bench of contenders shows: pinbus first. */
class Comparison {
  readonly #contenders: readonly Contender[];
  readonly #rounds: Map<string, OutageFigures[]>;

  constructor(contenders: readonly Contender[], rounds: Map<string, OutageFigures[]>) {
    this.#contenders = contenders;
    this.#rounds = rounds;
  }

  get header(): string[] {
    return ['', ...this.#contenders.map(({ name }) => name), 'ratio to the best mosquitto'];
  }

  /** The ratio is of the first column; nothing by both is none. */
  row(name: string, pick: (of: OutageFigures) => number, better: Better = 'more', digits = 0): string[] {
    const spreads = this.#contenders.map((contender) => spread((this.#rounds.get(contender.name) ?? []).map(pick)));
    const theirs = spreads.flatMap(({ median }, place) =>
      (this.#contenders[place]?.name ?? '').startsWith('mosquitto') && Number.isFinite(median) ? [median] : [],
    );
    const best = better === 'more' ? Math.max(...theirs) : Math.min(...theirs);
    const ratio = best > 0 ? figure((spreads[0]?.median ?? Number.NaN) / best, 2) : '';
    return [name, ...spreads.map((one) => shown(one, digits)), ratio];
  }
}

/** What the link lets through with that window, in messages a second, over the rounds. */
async function ceilings(window: number, messages: number, round_trip_ms: number): Promise<string> {
  const passed: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    passed.push(await ceiling({ window, messages, bytes: PAYLOAD, round_trip_ms }));
  }
  return `${shown(spread(passed))} with a window of ${figure(window)}`;
}

const near = await inTurn(CONTENDERS, { away_ms: 5_000, backlog: NEAR_BACKLOG, round_trip_ms: 0 });
const nearCeilings = [await ceilings(WINDOW, NEAR_BACKLOG, 0), await ceilings(WIDE_WINDOW, NEAR_BACKLOG, 0)];
const far = await inTurn(CONTENDERS, { away_ms: 5_000, backlog: 10_000, round_trip_ms: 100 });
const farCeilings = [await ceilings(WINDOW, 10_000, 100), await ceilings(WIDE_WINDOW, 10_000, 100)];
const steady = await inTurn(CONTENDERS.slice(0, 1), { away_ms: 6_000, backlog: 6_000, rate: 1_000, round_trip_ms: 0 });
const backlog = BACKLOG > 0 ? await bigBacklog(BACKLOG) : undefined;
const latencies = await besideUpstream(LATENCY_ROUNDS);

say(
  `\nThe upstream away for 5 s or ${figure(NEAR_BACKLOG)} messages of 100 bytes; median of ${ROUNDS} rounds in turn (lowest-highest).`,
);
say('Whoever saves to the disk is killed by SIGKILL before the drain.\n');
const nearby = new Comparison(CONTENDERS, near);
say(
  table(nearby.header, [
    nearby.row('acknowledged/s while it is away', (of) => of.acknowledged_per_s),
    nearby.row('bytes to the disk a byte of payload', (of) => of.amplification, 'less', 1),
    nearby.row('acknowledged and lost', (of) => of.lost, 'less'),
    nearby.row('arrived more than once', (of) => of.duplicated, 'less'),
    nearby.row('drained/s', (of) => of.drained_per_s),
  ]),
);
say(`\nWhat a program that keeps nothing gets through the same upstream, a second: ${nearCeilings.join(', ')}.`);
say('\nThe same over a link of 100 ms there and back, 10,000 messages; the window is 200 where none is named.\n');
const faraway = new Comparison(CONTENDERS, far);
say(
  table(faraway.header, [
    faraway.row('drained/s', (of) => of.drained_per_s),
    faraway.row('acknowledged and lost', (of) => of.lost, 'less'),
    faraway.row('arrived more than once', (of) => of.duplicated, 'less'),
  ]),
);
say(`\nWhat a program that keeps nothing gets through there, a second: ${farCeilings.join(', ')}.`);
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
