import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { HardwareError } from '#hw';
import type { Cause } from '../../../../src/agent/entity/cause.ts';
import { Condition } from '../../../../src/agent/entity/condition.ts';
import { Truth } from '../../../../src/agent/entity/truth.ts';
import { HandClock } from '../../../rigs/hand-clock.ts';
import { SlowOutput } from '../../../rigs/slow-output.ts';
import { turns } from '../../../rigs/turn.ts';

const log = pino({ level: 'silent' });
const gone = () => new HardwareError('HW_LINE_GONE', 'the line does not answer');

const TESTER: Cause = { kind: 'client', id: 'tester' };

let clock: HandClock;
let first: boolean | 'keep';
/** What the pin is before anybody opens it. */
let found: boolean;
let outputs: SlowOutput<boolean>[];
let opening: Error | undefined;
let said: string[];
let causes: string[];
let truth: Truth<boolean>;

beforeEach(() => {
  clock = new HandClock();
  outputs = [];
  opening = undefined;
  first = false;
  found = false;
  said = [];
  causes = [];
  const report = {
    attributes: (value: Readonly<Record<string, unknown>>) =>
      said.push((value['problem'] as { code: string } | undefined)?.code ?? 'no problem'),
    availability: (online: boolean) => said.push(online ? 'online' : 'offline'),
  };
  truth = new Truth<boolean>({
    open: async (initial) => {
      if (opening) throw opening;
      const output = new SlowOutput(initial === 'keep' ? found : initial, () => 1);
      outputs.push(output);
      return output;
    },
    first: () => first,
    same: (a, b) => a === b,
    seen: (on, { kind }) => {
      said.push(on ? 'ON' : 'OFF');
      causes.push(kind);
    },
    done: () => said.push('done'),
    gaveUp: ({ kind }) => said.push(`gave up what a ${kind} wanted`),
    condition: new Condition(report, log),
    clock,
    log,
  });
});

const start = () => truth.start(new AbortController().signal);
const pin = () => outputs.at(-1);

test('a start reports the pin and then that it is there', async () => {
  await start();
  expect(said).toEqual(['OFF', 'no problem', 'online', 'done']);
});

test('a state is said when it changed; a command that changes nothing is done all the same', async () => {
  await start();
  said.length = 0;
  truth.request(true, TESTER);
  await turns();
  truth.request(true, TESTER);
  await turns();
  expect(said).toEqual(['ON', 'done', 'done']);
});

test('in a burst what was overtaken is not written', async () => {
  await start();
  const before = pin()?.written.length ?? 0;
  for (let count = 0; count < 1_001; count += 1) truth.request(count % 2 === 0, TESTER);
  await turns(10);
  expect(pin()?.pin).toBe(true);
  expect((pin()?.written.length ?? 0) - before).toBeLessThanOrEqual(2);
});

test('a write that does not take is told as it was read, tried again on the same handle, and heals', async () => {
  await start();
  const output = pin();
  if (output) output.stuck = true;
  said.length = 0;
  truth.request(true, TESTER);
  await turns();
  expect(said).toEqual(['OFF', 'AGENT_READ_BACK_DIFFERS']);
  if (output) output.stuck = false;
  await clock.pass(1_000);
  await turns();
  expect(said.slice(2)).toEqual(['ON', 'no problem', 'done']);
  expect(outputs).toHaveLength(1);
});

test('a line that goes on failing gets tries after 1, 2 and 3 s, is parked, and is offline', async () => {
  await start();
  const output = pin();
  if (output) output.broken = gone();
  opening = gone();
  said.length = 0;
  truth.request(true, TESTER);
  await turns();
  expect([said, output?.closed]).toEqual([['HW_LINE_GONE'], true]);
  for (const pause of [1_000, 2_000, 2_999]) await clock.pass(pause);
  expect(truth.parked).toBe(false);
  await clock.pass(1);
  await turns();
  expect(truth.parked).toBe(true);
  expect(said).toEqual(['HW_LINE_GONE', 'HW_LINE_GONE', 'offline', 'gave up what a client wanted']);
  expect(clock.waiting).toBe(0);
});

test('a parked line comes back at a check, with its first state and not with a command from long ago', async () => {
  await start();
  const output = pin();
  if (output) output.broken = gone();
  opening = gone();
  truth.request(true, TESTER);
  await turns();
  for (const pause of [1_000, 2_000, 3_000]) await clock.pass(pause);
  await truth.check();
  expect(truth.parked).toBe(true);
  opening = undefined;
  said.length = 0;
  await truth.check();
  expect([truth.parked, pin()?.pin]).toEqual([false, false]);
  expect(said).toEqual(['OFF', 'no problem', 'online', 'done']);
});

test('a line that healed has all its tries again', async () => {
  await start();
  for (let outage = 0; outage < 4; outage += 1) {
    const output = pin();
    if (output) output.stuck = true;
    truth.request(outage % 2 === 0, TESTER);
    await turns();
    if (output) output.stuck = false;
    await clock.pass(1_000);
    await turns();
    expect([truth.parked, truth.actual]).toEqual([false, outage % 2 === 0]);
  }
});

test('an error that no try can cure parks at once', async () => {
  opening = new HardwareError('HW_LINE_UNKNOWN', 'no such line');
  await expect(start()).rejects.toMatchObject({ code: 'HW_LINE_UNKNOWN' });
  expect([truth.parked, clock.waiting]).toEqual([true, 0]);
  expect(said).toEqual(['HW_LINE_UNKNOWN', 'offline']);
});

test('commands while a line pauses do not try it more often, and the last of them comes true', async () => {
  await start();
  const output = pin();
  if (output) output.stuck = true;
  truth.request(true, TESTER);
  await turns();
  const written = output?.written.length;
  for (let count = 0; count < 100; count += 1) truth.request(count % 2 === 1, TESTER);
  await turns();
  expect(output?.written.length).toBe(written);
  if (output) output.stuck = false;
  await clock.pass(1_000);
  await turns();
  expect(output?.pin).toBe(true);
});

test('a check reports a pin that something else moved, and leaves it', async () => {
  await start();
  said.length = 0;
  await truth.check();
  expect(said).toEqual([]);
  const output = pin();
  if (output) output.pin = true;
  await truth.check();
  expect(said).toEqual(['ON']);
  expect([truth.wanted, output?.pin]).toEqual([true, true]);
});

test('stop writes the last state after whatever was under way, reports it, and closes', async () => {
  await start();
  truth.request(true, TESTER);
  await truth.stop(false);
  expect([pin()?.pin, pin()?.closed, said.at(-1)]).toEqual([false, true, 'OFF']);
  truth.request(true, TESTER);
  await turns();
  expect(pin()?.pin).toBe(false);
});

test.each([true, false])('keep: the line that is %s is taken as it is, and nothing is written', async (level) => {
  first = 'keep';
  found = level;
  await start();
  expect([pin()?.pin, pin()?.written, truth.wanted, said[0]]).toEqual([level, [], level, level ? 'ON' : 'OFF']);
});

test('keep: a command that comes while the line cannot be opened decides', async () => {
  first = 'keep';
  found = true;
  opening = gone();
  await expect(start()).rejects.toThrow('does not answer');
  truth.request(false, TESTER);
  opening = undefined;
  await clock.pass(1_000);
  await turns();
  expect([pin()?.pin, said.at(-1)]).toEqual([false, 'done']);
});

test('a state says what brought it about', async () => {
  await start();
  truth.request(true, TESTER);
  await turns();
  const output = pin();
  if (output) output.pin = false;
  await truth.check();
  await truth.stop(true);
  expect([said.filter((word) => word.startsWith('O')), causes]).toEqual([
    ['OFF', 'ON', 'OFF', 'ON'],
    ['start', 'client', 'line', 'stop'],
  ]);
});
