import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Debounced, onEdge, settle } from '../../../../src/agent/entity/debounce.ts';

const still = fc.record({ active_ms: fc.nat({ max: 500 }), inactive_ms: fc.nat({ max: 500 }) });
const train = fc.array(fc.record({ level: fc.boolean(), gap_ms: fc.nat({ max: 300 }) }), { maxLength: 60 });

/** The debounced level after each edge, and at the end when nothing moves any more. */
function play(
  first: boolean,
  edges: readonly { level: boolean; gap_ms: number }[],
  times: { active_ms: number; inactive_ms: number },
) {
  let state: Debounced = { level: first };
  let at_ms = 0;
  const outputs: { level: boolean; at_ms: number }[] = [];
  const take = (next: Debounced, at: number) => {
    if (next.level !== state.level) outputs.push({ level: next.level, at_ms: at });
    state = next;
  };
  for (const { level, gap_ms } of edges) {
    at_ms += gap_ms;
    take(settle(state, at_ms), state.change?.due_ms ?? at_ms);
    take(onEdge(state, { level, at_ms }, times), at_ms);
  }
  take(settle(state, at_ms + 10_000), state.change?.due_ms ?? at_ms);
  return { level: state.level, outputs, last: edges.at(-1)?.level ?? first };
}

test('whatever the edges, it ends at the level where the line rests', () => {
  fc.assert(
    fc.property(fc.boolean(), train, still, (first, edges, times) => {
      const { level, last } = play(first, edges, times);
      expect(level).toBe(last);
    }),
  );
});

test('two changes are never closer than the line has to be still for the second', () => {
  fc.assert(
    fc.property(fc.boolean(), train, still, (first, edges, times) => {
      const { outputs } = play(first, edges, times);
      for (const [index, { level, at_ms }] of outputs.entries()) {
        const before = outputs[index - 1];
        if (before) expect(at_ms - before.at_ms).toBeGreaterThanOrEqual(level ? times.active_ms : times.inactive_ms);
        if (before) expect(level).not.toBe(before.level);
      }
    }),
  );
});

test('a train whose gaps are all shorter than the time never changes anything before it rests', () => {
  const bounce = fc.array(fc.nat({ max: 49 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(bounce, (gaps) => {
      let level = false;
      const edges = gaps.map((gap_ms) => {
        level = !level;
        return { level, gap_ms };
      });
      const { outputs } = play(false, edges, { active_ms: 50, inactive_ms: 50 });
      expect(outputs).toHaveLength(level ? 1 : 0);
    }),
  );
});

test('a time of zero lets every edge pass', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 40 }), (gaps) => {
      const edges = gaps.map((gap_ms, index) => ({ level: index % 2 === 0, gap_ms }));
      expect(play(false, edges, { active_ms: 0, inactive_ms: 0 }).outputs).toHaveLength(edges.length);
    }),
  );
});
