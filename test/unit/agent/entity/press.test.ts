import { expect, test } from 'vitest';
import { elapse, onPress, pressAtStart, type PressState, type PressTimes } from '../../../../src/agent/entity/press.ts';

const ALL: PressTimes = { double_press: 300, long_press: 1_000 };

/** Edges at these times, pressed first; then a long time. */
function events(at: readonly number[], times: PressTimes, first: PressState = pressAtStart(false)): string[] {
  let state = first;
  const told: string[] = [];
  for (const [index, at_ms] of at.entries()) {
    const step = onPress(state, index % 2 === 0, at_ms, times);
    state = step.state;
    told.push(...step.events.map((event) => `${event}@${at_ms}`));
  }
  return [...told, ...elapse(state, 60_000, times).events];
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
