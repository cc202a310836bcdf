// `npm run bench:latency`: from a command to its state, beside a bare mosquitto and the least echo client, in one run.
import { setTimeout as wait } from 'node:timers/promises';
import { figure, mebibytes, percentile, say, shown, spread } from '../figures.ts';
import { cpuShare, residentBytes } from '../process-figures.ts';
import { table } from '../table.ts';
import { burst, roundTrips } from './round-trips.ts';
import { startMosquittoEcho, startPinbus } from './subject.ts';

const ROUNDS = 7;
const ROUND_TRIPS = 2_000;
const BURST = 20_000;

const starts: number[] = [];
for (let start = 0; start < 3; start++) {
  const subject = await startPinbus();
  starts.push(subject.ready_ms);
  await subject.stop();
}

const pinbus = await startPinbus();
const mosquitto = await startMosquittoEcho();
starts.push(pinbus.ready_ms);
await wait(3_000);
const start_bytes = residentBytes(pinbus.pid);
// V8 gives back what the start left behind once a process was idle for about 25 s; that is no part of being idle.
await wait(27_000);
const idle_cpu = await cpuShare(pinbus.pid, 10_000);
const idle_bytes = residentBytes(pinbus.pid);

const subjects = [pinbus, mosquitto] as const;
const rounds = subjects.map(() => ({
  p50: [[], []] as number[][],
  p99: [[], []] as number[][],
  burst: [] as number[],
}));

// One round to warm both up, then in turn, so that whatever else the machine does meets both.
for (let round = 0; round <= ROUNDS; round++) {
  for (const [index, subject] of subjects.entries()) {
    const figures = rounds[index];
    for (const qos of [0, 1] as const) {
      const latencies = await roundTrips(subject, qos, ROUND_TRIPS);
      if (round === 0) continue;
      figures?.p50[qos]?.push(percentile(latencies, 0.5));
      figures?.p99[qos]?.push(percentile(latencies, 0.99));
    }
  }
  if (round > 0) say(`round ${round} of ${ROUNDS}`);
}
for (let round = 0; round <= ROUNDS; round++) {
  for (const [index, subject] of subjects.entries()) {
    const rate = await burst(subject, BURST);
    if (round > 0) rounds[index]?.burst.push(rate);
  }
}
const burst_bytes = residentBytes(pinbus.pid);
await Promise.all(subjects.map((subject) => subject.stop()));

const row = (
  name: string,
  pick: (of: (typeof rounds)[number]) => readonly number[] | undefined,
  digits = 3,
): string[] => {
  const [ours, theirs] = rounds.map((of) => spread(pick(of) ?? []));
  if (!ours || !theirs) return [name];
  return [name, shown(ours, digits), shown(theirs, digits), figure(ours.median / theirs.median, 2)];
};

say(`\nSet to state, ${ROUNDS} rounds of ${ROUND_TRIPS} in turn; median of the rounds (lowest-highest).\n`);
say(
  table(
    ['', 'pinbus', 'mosquitto + echo', 'ratio'],
    [
      row('QoS 0, p50 ms', (of) => of.p50[0]),
      row('QoS 0, p99 ms', (of) => of.p99[0]),
      row('QoS 1, p50 ms', (of) => of.p50[1]),
      row('QoS 1, p99 ms', (of) => of.p99[1]),
      row(`commands/s, ${BURST} in one piece`, (of) => of.burst, 0),
    ],
  ),
);
say('');
say(
  table(
    ['the process', 'pinbus'],
    [
      ['start to ready, ms', shown(spread(starts), 0)],
      ['RSS after the start', mebibytes(start_bytes)],
      ['RSS idle, after 40 s', mebibytes(idle_bytes)],
      ['RSS after the bursts', mebibytes(burst_bytes)],
      ['CPU idle, over 10 s', `${figure(idle_cpu * 100, 2)} %`],
    ],
  ),
);
