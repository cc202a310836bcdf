export * from './error.ts';
export * from './errors.ts';
export * from './filter.ts';
export * from './filter-trie.ts';
export * from './message.ts';
export * from './topic-trie.ts';
export * from './units.ts';
