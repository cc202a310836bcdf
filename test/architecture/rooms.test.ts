import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf, repositoryFiles } from './source-files.ts';

/** Which rooms a room may import, each through its index. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  topics: [],
  hw: [],
  broker: ['topics'],
  agent: ['topics', 'hw', 'broker'],
};

/** Packages that only one room may touch: what they do is that room's secret. */
const PACKAGE_ROOM: Readonly<Record<string, string>> = {
  aedes: 'broker',
  'better-sqlite3': 'broker',
  jose: 'broker',
  mqtt: 'broker',
  'mqtt-packet': 'broker',
  opossum: 'broker',
  'p-retry': 'broker',
  ws: 'broker',
  koffi: 'hw',
  onoff: 'hw',
  pigpio: 'hw',
  'spi-device': 'hw',
};

/** Files that are no rooms but have a name: threads, and what lies beside `src`. Each is one room's. */
const FILE_ROOM: Readonly<Record<string, string>> = {
  'store-worker': 'broker',
  'pwm-worker': 'hw',
  demo: 'agent',
  package: 'agent',
};

const roomOf = (file: string): string => file.split('/')[1] ?? '';
const sources = repositoryFiles().filter((file) => file.startsWith('src/') && file.endsWith('.ts'));
const imports = sources.flatMap(importsOf);
const names = (found: typeof imports): string[] => found.map(({ from, specifier }) => `${from} imports ${specifier}`);

describe('the rooms', () => {
  test('are these four, and nothing lies beside them', () => {
    expect([...new Set(sources.map(roomOf))].toSorted()).toEqual(Object.keys(ROOMS).toSorted());
  });

  test('are looked at for real: every room imports something, and there are hundreds of imports', () => {
    for (const room of Object.keys(ROOMS)) {
      expect(imports.filter(({ from }) => roomOf(from) === room).length, `imports in src/${room}`).toBeGreaterThan(5);
    }
    expect(imports.length).toBeGreaterThan(300);
    expect(imports.filter(({ specifier }) => specifier.startsWith('#')).length).toBeGreaterThan(50);
  });

  test('import only the rooms below them, through #room', () => {
    const wrong = imports.filter(({ from, specifier }) => {
      if (!specifier.startsWith('#')) return false;
      const room = specifier.slice(1);
      const owner = FILE_ROOM[room];
      if (owner !== undefined) return roomOf(from) !== owner;
      return !(ROOMS[roomOf(from)] ?? []).includes(room);
    });
    expect(names(wrong)).toEqual([]);
  });

  test('never reach into each other by path', () => {
    const wrong = imports.filter(({ from, specifier }) => {
      if (!specifier.startsWith('.')) return false;
      const target = posix.join(posix.dirname(from), specifier);
      return !target.startsWith(`src/${roomOf(from)}/`);
    });
    expect(names(wrong)).toEqual([]);
  });

  test('keep their packages to themselves', () => {
    const wrong = imports.filter(({ from, specifier }) => {
      const owner = PACKAGE_ROOM[specifier.split('/')[0] ?? ''];
      return owner !== undefined && owner !== roomOf(from);
    });
    expect(names(wrong)).toEqual([]);
  });

  test('topics does no I/O: the only thing of Node that it may import is Buffer', () => {
    const wrong = imports.filter(
      ({ from, specifier }) =>
        roomOf(from) === 'topics' && !specifier.startsWith('.') && !['node:buffer', 'zod'].includes(specifier),
    );
    expect(names(wrong)).toEqual([]);
  });
});
