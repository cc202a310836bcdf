import { FilterTrie, MAX_TOPIC_LEVELS, TopicTrie } from '#topics';
import { describe, expect, it } from 'vitest';

describe('the filter trie', () => {
  it('refuses filters that are none, and deeper ones than any topic', () => {
    const trie = new FilterTrie<number>();
    expect(() => trie.add('a/#/b', 1)).toThrow(expect.objectContaining({ code: 'TOPICS_FILTER_INVALID' }));
    expect(() => trie.add('+/'.repeat(100_000), 1)).toThrow(expect.objectContaining({ code: 'TOPICS_FILTER_INVALID' }));
    expect(trie.size).toBe(0);
  });

  it('answers for the deepest topic there is', () => {
    const trie = new FilterTrie<number>();
    const deep = Array<string>(MAX_TOPIC_LEVELS).fill('a').join('/');
    trie.add(deep, 1);
    trie.add(deep.replaceAll('a', '+'), 2);
    expect(new Set(trie.match(deep))).toEqual(new Set([1, 2]));
    expect(trie.match(`a${'/a'.repeat(60_000)}`)).toEqual([]);
  });

  it('gives memory back', () => {
    const trie = new FilterTrie<number>();
    const before = process.memoryUsage().heapUsed;
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 5_000; i++) trie.add(`a/${round}/${i}/b/c/d`, i);
      for (let i = 0; i < 5_000; i++) trie.remove(`a/${round}/${i}/b/c/d`, i);
    }
    // 100,000 filters of six levels left behind would be well over 100 MiB; the rest is garbage not yet collected.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
  });
});

describe('the topic trie', () => {
  it('refuses topics that are none', () => {
    const trie = new TopicTrie<number>();
    expect(() => trie.set('a/+', 1)).toThrow(expect.objectContaining({ code: 'TOPICS_NAME_INVALID' }));
    expect(() => trie.set('/'.repeat(60_000), 1)).toThrow(expect.objectContaining({ code: 'TOPICS_NAME_INVALID' }));
  });

  it('gives each topic that stays exactly once, while others come and go', () => {
    const trie = new TopicTrie<number>();
    for (let i = 0; i < 100; i++) trie.set(`t/${i}/x`, i);
    const seen: string[] = [];
    for (const [topic] of trie.match('t/#')) {
      seen.push(topic);
      const n = seen.length;
      trie.delete(`t/${200 - n}/x`);
      if (n % 2 === 0) trie.delete(topic);
      if (n < 20) trie.set(`u/${n}`, n);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe(100);
  });
});
