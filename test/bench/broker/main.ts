// `npm run bench:broker`: pinbus beside mosquitto, in turn, so that whatever else the machine does meets both.
import { setTimeout as wait } from 'node:timers/promises';
import { figure, mebibytes, percentile, say, shown, type Spread, spread } from '../figures.ts';
import { residentBytes } from '../process-figures.ts';
import { table } from '../table.ts';
import { Crowd, type Shape } from './crowd.ts';
import { idleClients } from './idle-clients.ts';
import { type RetainedStart, retainedStarts } from './retained-start.ts';
import { type Pace, SlowConsumer } from './slow-consumer.ts';
import { startMosquitto, startPinbus, type Subject } from './subject.ts';
import { Echo, toOneself } from './to-oneself.ts';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const OVER_MS = 350;
/** Pairs of with and without a slow consumer: they lie close together, so it takes many. */
const SLOW_ROUNDS = ROUNDS * 3;
const SLOW_MS = 200;
const WARM_MS = 150;
const IDLE_CLIENTS = 2_000;
const ROUND_TRIPS = 2_000;
/** Nearly as many as there may be: the node has some of its own. */
const RETAINED_TOPICS = 99_900;
const RETAINED_STARTS = 3;

const SHAPES: readonly Shape[] = [
  [1, 1],
  [4, 1],
  [1, 10],
  [1, 100],
].flatMap(([publishers = 1, subscribers = 1]) => ([0, 1, 2] as const).map((qos) => ({ qos, publishers, subscribers })));

/** Round by round, so that what the machine did meanwhile is in both. */
const ratios = (ours: readonly number[], theirs: readonly number[]): Spread =>
  spread(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));
const titled = ({ qos, publishers, subscribers }: Shape): string => `QoS ${qos}, ${publishers} to ${subscribers}`;

const subjects = [await startPinbus(), await startMosquitto()] as const;
await wait(2_000);
const idle_bytes = subjects.map(({ pid }) => residentBytes(pid));

// Before any load: memory that was used once costs nothing the second time.
const idle = await Promise.all(subjects.map((subject) => idleClients(subject, IDLE_CLIENTS, 10_000)));

/** One figure of each subject in each round; who is first changes from round to round. */
async function inTurn<T>(measure: (subject: Subject) => Promise<T>): Promise<readonly [T[], T[]]> {
  const figures: readonly [T[], T[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    for (const index of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      figures[index].push(await measure(subjects[index]));
    }
  }
  return figures;
}

async function withCrowd<T>(subject: Subject, shape: Shape, measure: (crowd: Crowd) => Promise<T>): Promise<T> {
  const crowd = await Crowd.gather(subject, shape);
  try {
    return await measure(crowd);
  } finally {
    await crowd.leave();
  }
}

const echo = new Echo();
const oneself: string[][] = [];
for (const qos of [0, 1, 2] as const) {
  const machine: number[][] = [];
  const rounds = await inTurn(async (subject) => {
    machine.push(await echo.roundTrips(ROUND_TRIPS));
    return toOneself(subject, qos, ROUND_TRIPS);
  });
  for (const part of [0.5, 0.99]) {
    const cells = [...rounds, machine].map((of) => shown(spread(of.map((round) => percentile(round, part))), 3));
    oneself.push([`QoS ${qos}, p${part * 100} ms`, ...cells]);
    say(oneself.at(-1)?.join('  ') ?? '');
  }
}
await echo.stop();

const throughput: string[][] = [];
const latency: string[][] = [];
const worst: Spread[] = [];
for (const shape of SHAPES) {
  for (const subject of subjects) await withCrowd(subject, shape, (crowd) => crowd.throughput(WARM_MS));
  const [ours, theirs] = await inTurn((subject) =>
    withCrowd(subject, shape, async (crowd) => (await crowd.throughput(OVER_MS)).rate),
  );
  const rate = ratios(ours, theirs);
  worst.push(rate);
  throughput.push([titled(shape), shown(spread(ours)), shown(spread(theirs)), shown(rate, 2)]);
  say(throughput.at(-1)?.join('  ') ?? '');
  // The same load for both: half of what the slower one takes.
  const half = Math.min(spread(ours).median, spread(theirs).median) / 2 / shape.subscribers;
  const [our_p99s, their_p99s] = await inTurn(async (subject) =>
    percentile(await withCrowd(subject, shape, (crowd) => crowd.latencies(half, OVER_MS)), 0.99),
  );
  const p99s = [shown(spread(our_p99s), 2), shown(spread(their_p99s), 2), shown(ratios(our_p99s, their_p99s), 2)];
  latency.push([titled(shape), figure(half), ...p99s]);
  say(latency.at(-1)?.join('  ') ?? '');
}
const loaded_bytes = subjects.map(({ pid }) => residentBytes(pid));

interface SlowFigures {
  readonly with: Pace[];
  readonly without: Pace[];
}
const slow: SlowFigures[] = [];
for (const subject of subjects) {
  const consumer = await SlowConsumer.beside(subject);
  const figures: SlowFigures = { with: [], without: [] };
  for (let round = -1; round < SLOW_ROUNDS; round++) {
    for (const beside of round % 2 === 0 ? (['with', 'without'] as const) : (['without', 'with'] as const)) {
      const pace = await consumer.pace(beside, SLOW_MS);
      if (round >= 0) figures[beside].push(pace);
    }
  }
  await consumer.stop();
  slow.push(figures);
}
await Promise.all(subjects.map((subject) => subject.stop()));

const starts: readonly (readonly [string, readonly RetainedStart[]])[] = [
  ['nothing', await retainedStarts(0, 0, RETAINED_STARTS)],
  [`${figure(RETAINED_TOPICS)} topics of 100 bytes`, await retainedStarts(RETAINED_TOPICS, 100, RETAINED_STARTS)],
];

say(`\nDeliveries a second, 64 bytes; median of ${ROUNDS} rounds in turn (lowest-highest).\n`);
say(table(['', 'pinbus', 'mosquitto', 'ratio'], throughput));
say('\nFrom publish to delivery at half of that load, 99th percentile, milliseconds.\n');
say(table(['', 'messages/s', 'pinbus', 'mosquitto', 'ratio'], latency));
say(
  '\nA message to oneself, one at a time, and what a bare TCP echo between two processes takes on the same machine.\n',
);
say(table(['', 'pinbus', 'mosquitto', 'TCP echo'], oneself));
say(
  `\nA subscriber at QoS 0 beside a frozen client whose buffers are full: of the topic that it wants, and of another; ${SLOW_ROUNDS} pairs.\n`,
);
const slowRows = (name: string, { with: beside, without }: SlowFigures): string[][] => {
  const row = (what: string, pick: (pace: Pace) => number, digits: number): string[] => {
    const [ours, control] = [beside.map(pick), without.map(pick)];
    return [
      `${name}, ${what}`,
      shown(spread(control), digits),
      shown(spread(ours), digits),
      shown(ratios(ours, control), 2),
    ];
  };
  return [
    row('deliveries/s', ({ rate }) => rate, 0),
    row('CPU us a delivery', ({ cpu_us }) => cpu_us, 2),
    row('p50 ms at 2,000/s', ({ latencies }) => percentile(latencies, 0.5), 2),
    row('p99 ms at 2,000/s', ({ latencies }) => percentile(latencies, 0.99), 2),
  ];
};
say(
  table(
    ['', 'another topic', 'the topic it wants', 'ratio'],
    slow.flatMap((figures, index) => slowRows(subjects[index]?.name ?? '', figures)),
  ),
);
say('');
say(
  table(
    ['the process', ...subjects.map(({ name }) => name)],
    [
      ['RSS idle', ...idle_bytes.map(mebibytes)],
      ['RSS after the load', ...loaded_bytes.map(mebibytes)],
      [
        `each of ${figure(IDLE_CLIENTS)} idle clients`,
        ...idle.map((of) => `${figure(of.bytes_a_client / 1_024, 1)} KiB`),
      ],
      ['CPU with them, over 10 s', ...idle.map((of) => `${figure(of.cpu * 100, 1)} %`)],
    ],
  ),
);
say('\nA start of pinbus on what is retained.\n');
say(
  table(
    ['', 'ready, ms', 'RSS', 'all of it to a client, ms'],
    starts.map(([name, of]) => [
      name,
      shown(spread(of.map(({ ready_ms }) => ready_ms))),
      mebibytes(spread(of.map(({ rss_bytes }) => rss_bytes)).median),
      shown(spread(of.map(({ all_ms }) => all_ms))),
    ]),
  ),
);
const least = Math.min(...worst.map(({ median }) => median));
say(`\nThroughput beside mosquitto, at the least: ${figure(least, 2)}. ${figure(performance.now() / 1_000)} s in all.`);
