import {
  type BridgeRule,
  type BridgeRules,
  comesFrom,
  comesIn,
  goesOut,
  goesTo,
  matches,
  patternFilter,
  rename,
  renameFault,
  topicNameFault,
  upstreamFilter,
} from '#topics';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topic } from './arbitraries.ts';

const RUNS = { numRuns: 5000 };
const literal = fc.constantFrom('', 'a', 'b', '$SYS', 'ü');

/** Two patterns with the same names in any order, `{rest}` last in both. */
const pair = fc
  .record({
    names: fc.subarray(['{node}', '{entity}', '{room}']),
    from: fc.array(literal, { maxLength: 3 }),
    to: fc.array(literal, { maxLength: 3 }),
    rest: fc.boolean(),
    seed: fc.nat(),
  })
  .chain(({ names, from, to, rest }) => {
    const pattern = (levels: readonly string[]) =>
      fc
        .shuffledSubarray([...levels, ...names], { minLength: levels.length + names.length })
        .map((mixed) => [...mixed, ...(rest ? ['{rest}'] : [])].join('/'));
    return fc.tuple(pattern(from), pattern(to));
  })
  .filter(([from, to]) => from !== '' && to !== '');

/** A topic that the pattern matches. */
const topicOf = (pattern: string) =>
  fc
    .tuple(fc.infiniteStream(literal), fc.array(literal, { maxLength: 3 }))
    .map(([levels, rest]) =>
      pattern
        .split('/')
        .flatMap((level) =>
          level === '{rest}' ? rest : level.startsWith('{') ? [levels.next().value ?? 'a'] : [level],
        )
        .join('/'),
    )
    .filter((text) => text !== '');

describe('a pair of patterns with the same names', () => {
  it('renames a topic to a valid one of the other pattern, and back to the same', () => {
    let renamed_topics = 0;
    fc.assert(
      fc.property(
        pair.chain(([from, to]) => fc.tuple(fc.constant([from, to] as const), topicOf(from))),
        ([[from, to], topic]) => {
          expect(renameFault(from, to)).toBeUndefined();
          const renamed = rename(from, to, topic);
          if (renamed === undefined) return;
          renamed_topics++;
          expect(topicNameFault(renamed)).toBeUndefined();
          expect(matches(patternFilter(to), renamed)).toBe(true);
          expect(rename(to, from, renamed)).toBe(topic);
        },
      ),
      RUNS,
    );
    expect(renamed_topics).toBeGreaterThan(RUNS.numRuns / 4);
  });

  it('gives two topics two names', () => {
    fc.assert(
      fc.property(pair, topic, topic, ([from, to], one, other) => {
        const renamed = rename(from, to, one);
        if (renamed !== undefined && one !== other) expect(rename(from, to, other)).not.toBe(renamed);
      }),
      RUNS,
    );
  });

  it('never brings a topic to where the wildcards of MQTT do not reach', () => {
    fc.assert(
      fc.property(pair, topic, ([from, to], topic) => {
        const renamed = rename(from, to, topic);
        if (renamed?.startsWith('$')) expect(to.startsWith('$')).toBe(true);
      }),
      RUNS,
    );
  });
});

describe('the rules of a bridge', () => {
  const rule = fc.oneof(
    pair.map(([filter, to]): BridgeRule => ({ filter, to, qos: 1, retain: true })),
    fc
      .constantFrom('#', 'a/#', '+/b', 'a/+/b', '$SYS/#')
      .map((filter): BridgeRule => ({ filter, qos: 1, retain: true })),
  );
  const rules = fc.record({ out: fc.array(rule, { maxLength: 3 }), in: fc.array(rule, { maxLength: 3 }) });
  const bridge: fc.Arbitrary<BridgeRules> = fc.oneof(
    rules,
    fc.tuple(rules, fc.constantFrom('tenants/acme', 'a', '$aws/x')).map(([rules, prefix]) => ({ prefix, ...rules })),
  );
  const somewhere = fc.tuple(fc.constantFrom('', 'tenants/acme/', 'a/', '$aws/x/'), topic).map(([a, b]) => a + b);

  it('give a topic that goes out a valid name below the prefix, from which it comes', () => {
    fc.assert(
      fc.property(bridge, topic, (bridge, topic) => {
        const carried = goesOut(bridge, topic);
        if (carried?.topic === undefined) return;
        expect(topicNameFault(carried.topic)).toBeUndefined();
        if (bridge.prefix !== undefined) expect(carried.topic.startsWith(`${bridge.prefix}/`)).toBe(true);
        const from = comesFrom(bridge, carried.topic);
        expect(from === undefined ? undefined : goesOut(bridge, from)?.topic).toBe(carried.topic);
      }),
      RUNS,
    );
  });

  it('take in only what is subscribed to, and know what it is called upstream', () => {
    fc.assert(
      fc.property(bridge, somewhere, (bridge, topic) => {
        const carried = comesIn(bridge, topic);
        if (carried?.topic === undefined) return;
        expect(topicNameFault(carried.topic)).toBeUndefined();
        expect(matches(upstreamFilter(bridge.prefix, carried.rule.filter), topic)).toBe(true);
        const origin = goesTo(bridge, carried.topic);
        expect(origin === undefined ? undefined : comesIn(bridge, origin)?.topic).toBe(carried.topic);
      }),
      RUNS,
    );
  });
});
