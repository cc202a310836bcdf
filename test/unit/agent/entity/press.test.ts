import { expect, test } from 'vitest';
import {
  deadline,
  elapse,
  onPress,
  pressAtStart,
  type PressEvent,
  type PressState,
  type PressTimes,
} from '../../../../src/agent/entity/press.ts';

const ALL: PressTimes = { double_press: 300, long_press: 1_000 };

const textOf = ({ event_type, held_ms }: PressEvent) =>
  held_ms === undefined ? event_type : `${event_type}(${held_ms})`;

/** Edges at these times, pressed first; then a long time. */
function events(at: readonly number[], times: PressTimes, first: PressState = pressAtStart(false)): string[] {
  let state = first;
  const told: string[] = [];
  for (const [index, at_ms] of at.entries()) {
    const step = onPress(state, index % 2 === 0, at_ms, times);
    state = step.state;
    told.push(...step.events.map((event) => `${textOf(event)}@${at_ms}`));
  }
  return [...told, ...elapse(state, 60_000, times).events.map(textOf)];
}

test('with nothing else to wait for, a press is told when it begins', () => {
  expect(events([10, 200], {})).toEqual(['press@10']);
});

test('with a long press to tell apart, a press is told when it ends', () => {
  expect(events([0, 200], { long_press: 1_000 })).toEqual(['press@200']);
});

test('a double press is told when the second one begins, and its end tells nothing', () => {
  expect(events([0, 100, 300, 5_000], ALL)).toEqual(['double_press@300']);
});

test('two presses too far apart are two presses', () => {
  expect(events([0, 100, 401, 500], ALL)).toEqual(['press@401', 'press']);
});

test('held for long enough is a long press, before it is released', () => {
  expect(events([0], ALL)).toEqual(['long_press']);
  expect(events([0, 1_000], ALL)).toEqual(['long_press@1000']);
});

test('a button that is held from the start is not pressed', () => {
  const state = onPress(pressAtStart(true), false, 50, ALL);
  expect(state).toEqual({ state: { kind: 'idle' }, events: [] });
});

test('three presses are a triple, and two wait for the third in vain', () => {
  const three = { ...ALL, triple_press: true };
  expect(events([0, 100, 300, 400, 600, 700], three)).toEqual(['triple_press@600']);
  expect(events([0, 100, 300, 400], three)).toEqual(['double_press']);
  expect(events([0, 100, 300, 400, 600, 700, 900, 1_000], three)).toEqual(['triple_press@600', 'press']);
});

test('while it is held on after a long press it is told again and again, for a minute at most', () => {
  const dimmer = { long_press: 1_000, hold_repeat: 500 };
  let state = onPress(pressAtStart(false), true, 0, dimmer).state;
  const told: string[] = [];
  for (let due = deadline(state, dimmer); due !== undefined; due = deadline(state, dimmer)) {
    const step = elapse(state, due, dimmer);
    state = step.state;
    told.push(...step.events.map(textOf));
  }
  expect(told.slice(0, 4)).toEqual(['long_press', 'hold(1500)', 'hold(2000)', 'hold(2500)']);
  expect([told.at(-1), told.length]).toEqual(['hold(60000)', 119]);
});

test('the end of a press is told with its length, but of one that nobody saw begin', () => {
  expect(events([0, 250], { release: true })).toEqual(['press@0', 'release(250)@250']);
  expect(events([0, 4_210], { ...ALL, release: true })).toEqual(['long_press@4210', 'release(4210)@4210']);
  expect(onPress(pressAtStart(true), false, 50, { release: true }).events).toEqual([]);
});
