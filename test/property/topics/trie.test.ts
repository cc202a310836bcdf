import { FilterTrie, matches, TopicTrie } from '#topics';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { filter, topic } from './arbitraries.ts';

/** MQTT 5.0, 4.7 said as plainly as possible. */
function matchesByLevels(filter: string, topic: string): boolean {
  const f = filter.split('/');
  const t = topic.split('/');
  if (topic.startsWith('$') && (f[0] === '+' || f[0] === '#')) return false;
  if (f.at(-1) === '#') {
    const parent = f.slice(0, -1);
    return t.length >= parent.length && parent.every((level, i) => level === '+' || level === t[i]);
  }
  return t.length === f.length && f.every((level, i) => level === '+' || level === t[i]);
}

it('a filter matches as comparing level by level does', () => {
  fc.assert(
    fc.property(filter, topic, (filter, topic) => {
      expect(matches(filter, topic)).toBe(matchesByLevels(filter, topic));
    }),
    { numRuns: 3000 },
  );
});

const change = fc.record({ add: fc.boolean(), filter, value: fc.nat({ max: 3 }) });

it('a filter trie agrees with matches after any adding and removing', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), fc.array(topic, { maxLength: 10 }), (changes, topics) => {
      const trie = new FilterTrie<number>();
      const model = new Map<string, [string, number]>();
      for (const { add, filter, value } of changes) {
        const key = `${filter} ${value}`;
        if (add) expect(trie.add(filter, value)).toBe(!model.has(key));
        else expect(trie.remove(filter, value)).toBe(model.has(key));
        if (add) model.set(key, [filter, value]);
        else model.delete(key);
      }
      expect(trie.size).toBe(model.size);
      for (const topic of topics) {
        const wanted = [...model.values()].filter(([filter]) => matches(filter, topic)).map(([, value]) => value);
        expect(sorted(trie.match(topic))).toEqual(sorted(wanted));
      }
      for (const [filter, value] of model.values()) trie.remove(filter, value);
      expect(isEmpty(trie)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

it('a topic trie agrees with matches after any setting and deleting', () => {
  const change = fc.record({ set: fc.boolean(), topic });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), fc.array(filter, { maxLength: 10 }), (changes, filters) => {
      const trie = new TopicTrie<number>();
      const model = new Map<string, number>();
      for (const [i, { set, topic }] of changes.entries()) {
        if (set) trie.set(topic, i);
        else expect(trie.delete(topic)).toBe(model.has(topic));
        if (set) model.set(topic, i);
        else model.delete(topic);
      }
      expect(trie.size).toBe(model.size);
      for (const [topic, value] of model) expect(trie.get(topic)).toBe(value);
      for (const filter of filters) {
        const wanted = [...model].filter(([topic]) => matches(filter, topic));
        expect(sorted(trie.match(filter))).toEqual(sorted(wanted));
      }
      for (const topic of model.keys()) trie.delete(topic);
      expect(trie.size).toBe(0);
      expect([...trie.match('#'), ...trie.match('$SYS/#')]).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

const sorted = <T>(items: Iterable<T>): readonly T[] =>
  [...items].sort((a, b) => (String(a) < String(b) ? -1 : Number(String(a) > String(b))));

/** Nothing matches, whatever is asked for: what was removed left nothing behind that answers. */
function isEmpty(trie: FilterTrie<number>): boolean {
  return trie.size === 0 && ['a', 'a/b', '$SYS', '/'].every((topic) => trie.match(topic).length === 0);
}
