import { expect, test } from 'vitest';
import { GivenAliases, TopicAliases } from '../../../../src/broker/wire/aliases.ts';

test('the first topics get aliases, as many as the client takes, and none is taken away', () => {
  const aliases = new GivenAliases(2);
  for (const topic of ['a', 'b']) aliases.give(topic, aliases.of(topic) ?? { number: 0, known: true });
  expect(['a', 'b', 'c'].map((topic) => aliases.of(topic))).toEqual([
    { number: 1, known: true },
    { number: 2, known: true },
    undefined,
  ]);
});

test('an alias that was not sent is not known', () => {
  const aliases = new GivenAliases(1);
  expect(aliases.of('too large')).toEqual({ number: 1, known: false });
  expect(aliases.of('other')).toEqual({ number: 1, known: false });
});

test('a client that takes any number gets ten', () => {
  const aliases = new GivenAliases(65_535);
  for (let i = 1; i <= 10; i++) aliases.give(String(i), { number: i, known: false });
  expect(aliases.of('one more')).toBeUndefined();
});

test("a client's alias may be set anew, and 0 and above the announced maximum is none", () => {
  const aliases = new TopicAliases();
  expect(aliases.resolve('a', 10)).toBe('a');
  expect(aliases.resolve('b', 10)).toBe('b');
  expect(aliases.resolve('', 10)).toBe('b');
  for (const [topic, alias] of [
    ['a', 0],
    ['a', 11],
    ['', 9],
    ['', undefined],
  ] as const) {
    expect(() => aliases.resolve(topic, alias)).toThrow();
  }
});
