import { Connection } from '../connection.ts';
import { DatabaseFault } from '../fault.ts';
import { APPLICATION_ID } from '../migrate.ts';
import { MIGRATIONS } from '../migrations.ts';
import { type Cell, cellsOf } from './cells.ts';
import type { Image } from './image.ts';
import type { PointerMap } from './pointer-map.ts';
import { rowOf, shapesOf } from './shape.ts';

/** So many rows tell of which schema they are. */
const ENOUGH = 2_000;

/** The schema of the file: PRAGMA user_version in the header, or else the newest of those that most of its rows fit. */
export function versionOf(image: Image, map: PointerMap): number {
  const header = image.page(1);
  if (header?.subarray(0, 15).toString('latin1') !== 'SQLite format 3') return likelyVersion(image, map);
  const version = header.readUInt32BE(60);
  if (header.readUInt32BE(68) !== APPLICATION_ID || version === 0) return likelyVersion(image, map);
  if (version > MIGRATIONS.length) {
    throw new DatabaseFault(
      'newer',
      `the file is damaged and has schema version ${version}, which a newer pinbus knows`,
    );
  }
  return version;
}

function likelyVersion(image: Image, map: PointerMap): number {
  const rows = someRows(image, map);
  const db = new Connection(':memory:');
  try {
    // The map of the pages is one itself, and moves the roots of the tables.
    db.pragma('auto_vacuum = INCREMENTAL');
    let [likely, most] = [MIGRATIONS.length, 0];
    MIGRATIONS.forEach((step, place) => {
      db.exec(step);
      const shapes = shapesOf(db);
      const fitting = rows.filter(({ root, cell }) =>
        shapes.some((shape) => (root === undefined || root === shape.root) && rowOf(shape, cell) !== undefined),
      );
      if (fitting.length >= most) [likely, most] = [place + 1, fitting.length];
    });
    return most === 0 ? MIGRATIONS.length : likely;
  } finally {
    db.close();
  }
}

interface Row {
  /** Of the tree that it is in; undefined: that cannot be read. */
  readonly root: number | undefined;
  readonly cell: Cell;
}

function someRows(image: Image, map: PointerMap): Row[] {
  const rows: Row[] = [];
  for (let page = 3; page <= image.pages && rows.length < ENOUGH; page++) {
    if (map.isMap(page) || !map.mayHaveRows(page)) continue;
    const root = map.rootOf(page);
    for (const cell of cellsOf(page, image, map)) rows.push({ root, cell });
  }
  return rows;
}
