import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Connection } from '../../src/broker/store/connection.ts';
import { boundLog, setPageSize } from '../../src/broker/store/page-size.ts';
import type { FromWorker } from '../../src/broker/store/protocol.ts';
import { Reserve } from '../../src/broker/store/reserve.ts';
import { Upkeep } from '../../src/broker/store/upkeep.ts';
import { SmallDisk, whyNoDisk } from '../rigs/mounted-disk.ts';

const MIB = 1024 * 1024;
const RESERVE_BYTES = 8 * MIB;
/** What stays free beside a reserve that grows, and what stays free in a file. */
const SPARE_BYTES = 4 * MIB;
/** Longer than all that it has to do takes it. */
const LONG_MS = 60_000;

const missing = whyNoDisk();
let disk!: SmallDisk;
let path: string;
let reserve: string;

beforeEach(({ skip }) => {
  if (missing !== undefined) return skip(missing);
  disk = SmallDisk.make(48);
  path = join(disk.folder, 'pinbus.db');
  reserve = `${path}.reserve`;
});
afterEach(() => {
  if (missing === undefined) disk.remove();
});

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

describe('the reserve', () => {
  const growAll = (one: Reserve): boolean => {
    while (!one.held) if (!one.grow()) return false;
    return true;
  };

  test('is held as soon as all of it is there, and not before', () => {
    const one = new Reserve(path);
    for (let size = 0; size < RESERVE_BYTES; size = sizeOf(reserve)) {
      expect(one.held).toBe(false);
      expect(one.grow()).toBe(true);
      expect(sizeOf(reserve)).toBeGreaterThan(size);
    }
    one.grow();
    expect(one.held).toBe(true);
    expect(sizeOf(reserve)).toBe(RESERVE_BYTES);
  });

  test('goes on with what an earlier start left of it', () => {
    writeFileSync(reserve, Buffer.alloc(RESERVE_BYTES - 512 * 1024));
    disk.fill(SPARE_BYTES + 512 * 1024);
    expect(growAll(new Reserve(path))).toBe(true);
    expect(sizeOf(reserve)).toBe(RESERVE_BYTES);
  });

  test('takes nothing where it could not be whole with as much free beside it as is needed at once', () => {
    disk.fill(RESERVE_BYTES + SPARE_BYTES - 64 * 1024);
    const one = new Reserve(path);
    expect(one.grow()).toBe(false);
    expect(one.held).toBe(false);
    expect(existsSync(reserve)).toBe(false);
    disk.clear();
    disk.fill(RESERVE_BYTES + SPARE_BYTES + 64 * 1024);
    expect(growAll(one)).toBe(true);
  });

  test('gives all of its room back, more than once', () => {
    const one = new Reserve(path);
    growAll(one);
    const free = disk.free_bytes;
    one.release();
    expect(one.held).toBe(false);
    expect(disk.free_bytes).toBeGreaterThanOrEqual(free + RESERVE_BYTES);
    expect(() => one.release()).not.toThrow();
  });
});

describe('the upkeep', () => {
  let db: Connection;
  let upkeep: Upkeep;
  let said: FromWorker[];

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    db = new Connection(path);
    setPageSize(db);
    db.pragma('auto_vacuum = INCREMENTAL');
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL');
    boundLog(db);
    db.exec('CREATE TABLE row (payload BLOB)');
    said = [];
    upkeep = new Upkeep(db, path, (message) => said.push(message));
  });
  afterEach(() => {
    vi.useRealTimers();
    upkeep.stop();
    db.close();
  });

  const pass = (ms: number): void => void vi.advanceTimersByTime(ms);
  const commitFor = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 50) {
      upkeep.wake();
      pass(50);
    }
  };

  const keep = (mebibytes: number): void => {
    const insert = db.prepare('INSERT INTO row VALUES (?)');
    for (let each = 0; each < mebibytes; each++) insert.run(Buffer.alloc(MIB, each));
  };
  const free = (): number => Number(db.pragma('freelist_count')) * 1024;

  test('holds a reserve without being asked again', () => {
    upkeep.wake();
    pass(LONG_MS);
    expect(sizeOf(reserve)).toBe(RESERVE_BYTES);
    expect(said).toEqual([]);
  });

  test('a full disk gets the reserve and is told of once, until all of it is held again', () => {
    upkeep.wake();
    pass(LONG_MS);
    expect(sizeOf(reserve)).toBe(RESERVE_BYTES);
    disk.fill();
    expect(upkeep.makeRoom()).toBe(true);
    expect(existsSync(reserve)).toBe(false);
    expect(upkeep.makeRoom()).toBe(false);
    expect(said).toEqual([{ kind: 'disk', full: true }]);
    upkeep.wake();
    pass(LONG_MS);
    expect(said).toHaveLength(1);
    // Nothing is written meanwhile: it looks by itself.
    disk.clear();
    pass(LONG_MS);
    expect(said).toEqual([
      { kind: 'disk', full: true },
      { kind: 'disk', full: false },
    ]);
    expect(sizeOf(reserve)).toBe(RESERVE_BYTES);
    // It may be full again.
    expect(upkeep.makeRoom()).toBe(true);
  });

  test('what a drain leaves free is given back, but for what the next burst needs', () => {
    keep(16);
    db.exec('DELETE FROM row');
    upkeep.wake();
    pass(LONG_MS);
    expect(free()).toBe(SPARE_BYTES);
    expect(sizeOf(path)).toBeLessThan(6 * MIB);
    expect(sizeOf(path)).toBeGreaterThanOrEqual(SPARE_BYTES);
    expect(sizeOf(`${path}-wal`)).toBe(0);
  });

  test('while commits keep coming a step is taken only now and then', () => {
    keep(16);
    db.exec('DELETE FROM row');
    const before = free();
    commitFor(4_000);
    expect(before - free()).toBeLessThanOrEqual(MIB);
    commitFor(30_000);
    expect(before - free()).toBeGreaterThanOrEqual(2 * MIB);
    expect(before - free()).toBeLessThanOrEqual(4 * MIB);
  });

  test('on a full disk all that is free in the file is given back, however busy it is', () => {
    keep(8);
    upkeep.makeRoom();
    disk.fill(3 * MIB);
    db.exec('DELETE FROM row');
    commitFor(5_000);
    expect(free()).toBe(0);
    expect(sizeOf(path)).toBeLessThan(MIB);
  });

  test('waits for the end of a transaction that is open', () => {
    keep(8);
    db.exec('DELETE FROM row');
    db.exec('BEGIN');
    upkeep.wake();
    pass(LONG_MS);
    expect(readdirSync(disk.folder)).not.toContain('pinbus.db.reserve');
    db.exec('COMMIT');
    upkeep.wake();
    pass(LONG_MS);
    expect(free()).toBe(SPARE_BYTES);
  });

  test('does nothing any more once it was stopped', () => {
    upkeep.wake();
    upkeep.stop();
    pass(LONG_MS);
    expect(existsSync(reserve)).toBe(false);
  });
});
