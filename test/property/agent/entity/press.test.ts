import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  deadline,
  elapse,
  eventTypes,
  onPress,
  pressAtStart,
  type PressEvent,
  type PressState,
  type PressStep,
  type PressTimes,
} from '../../../../src/agent/entity/press.ts';

const times: fc.Arbitrary<PressTimes> = fc
  .tuple(
    fc.option(fc.integer({ min: 50, max: 500 }), { nil: undefined }),
    fc.option(fc.integer({ min: 100, max: 900 }), { nil: undefined }),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([double_press, long_press, triple_press, release]) => ({
    triple_press,
    release,
    ...(double_press !== undefined && { double_press }),
    ...(long_press !== undefined && { long_press }),
  }));
const gaps = fc.array(fc.integer({ min: 1, max: 1_500 }), { maxLength: 40 });

/** How many presses an event tells of. */
const PRESSES = { press: 1, double_press: 2, triple_press: 3, long_press: 1, hold: 0, release: 0 };

/** `punctual`: the timer runs when it is due; else only the next edge finds out what time had decided. */
function play(edges: readonly number[], settings: PressTimes, punctual: boolean) {
  let state: PressState = pressAtStart(false);
  const events: PressEvent[] = [];
  let at_ms = 0;
  const take = (step: PressStep) => {
    state = step.state;
    events.push(...step.events);
  };
  for (const [index, gap] of edges.entries()) {
    at_ms += gap;
    const due = deadline(state, settings);
    if (punctual && due !== undefined && due < at_ms) take(elapse(state, due, settings));
    take(onPress(state, index % 2 === 0, at_ms, settings));
  }
  take(elapse(state, at_ms + 10_000, settings));
  return { state, events };
}

test('late timers change nothing about what is recognised', () => {
  fc.assert(
    fc.property(gaps, times, (edges, settings) => {
      expect(play(edges, settings, false).events).toEqual(play(edges, settings, true).events);
    }),
  );
});

test('each press is told exactly once: alone, long, or as a part of a double or a triple', () => {
  fc.assert(
    fc.property(gaps, times, (edges, settings) => {
      const whole = edges.slice(0, edges.length - (edges.length % 2));
      const { state, events } = play(whole, settings, true);
      const presses = events.reduce((sum, { event_type }) => sum + PRESSES[event_type], 0);
      expect(presses).toBe(whole.length / 2);
      expect(state.kind).toBe('idle');
    }),
  );
});

test('nothing is told that is not configured', () => {
  fc.assert(
    fc.property(gaps, times, (edges, settings) => {
      const types = eventTypes(settings);
      for (const event of play(edges, settings, true).events) expect(types).toContain(event.event_type);
    }),
  );
});

test('however late it is asked, a held button tells of a hold no more than once', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 3_600_000 }),
      fc.integer({ min: 100, max: 10_000 }),
      (late_ms, hold_repeat) => {
        const settings = { long_press: 500, hold_repeat };
        const { state } = onPress(pressAtStart(false), true, 0, settings);
        const holds = elapse(state, late_ms, settings).events.filter(({ event_type }) => event_type === 'hold');
        expect(holds.length).toBeLessThanOrEqual(1);
      },
    ),
  );
});
