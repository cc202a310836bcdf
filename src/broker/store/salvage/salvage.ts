import type { Connection } from '../connection.ts';
import { APPLICATION_ID } from '../migrate.ts';
import { MIGRATIONS } from '../migrations.ts';
import { type Cell, cellsOf } from './cells.ts';
import { Image } from './image.ts';
import { isTree } from './page.ts';
import { PointerMap } from './pointer-map.ts';
import { rowOf, type Shape, shapesOf } from './shape.ts';
import type { Value } from './record.ts';
import { versionOf } from './version.ts';

export interface Salvage {
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Pages that had rows, and cannot be read. */
  readonly lost_pages: number;
}

/** Rows that belong to a session which could not be read. */
const ORPHANS = [
  'DELETE FROM will WHERE session NOT IN (SELECT id FROM session)',
  'DELETE FROM subscription WHERE session NOT IN (SELECT id FROM session)',
  'DELETE FROM queued WHERE session NOT IN (SELECT id FROM session)',
  'DELETE FROM incoming WHERE session NOT IN (SELECT id FROM session)',
] as const;

/**
 * Reads every page of a damaged file by itself, whatever became of the header, the schema and the upper parts of the trees,
 * and puts each row that is whole into the empty database `db`, which gets the schema that the file had.
 */
export function salvage(path: string, db: Connection): Salvage {
  const image = new Image(path);
  try {
    return db.transaction(() => salvageImage(image, db))();
  } finally {
    image.close();
  }
}

function salvageImage(image: Image, db: Connection): Salvage {
  const map = new PointerMap(image);
  const version = versionOf(image, map);
  for (const step of MIGRATIONS.slice(0, version)) db.exec(step);
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma(`user_version = ${version}`);
  const shapes = shapesOf(db);
  const roots = new Map(shapes.map((shape) => [shape.root, shape]));
  const rows: Record<string, number> = {};
  let lost_pages = 0;
  // The row that a new file begins with would be in the way of the old one.
  if (version > 1) db.exec('DELETE FROM clock');
  for (let page = 3; page <= image.pages; page++) {
    if (map.isMap(page) || !map.mayHaveRows(page)) continue;
    const root = map.rootOf(page);
    const cells = cellsOf(page, image, map);
    if (cells.length === 0 && root !== undefined && !isTree(image.page(page))) lost_pages += 1;
    // Of a tree whose root is no table's it is an index, which the new database makes anew.
    const known = root === undefined ? shapes : [roots.get(root)].filter((shape) => shape !== undefined);
    for (const cell of cells) {
      const table = put(db, known, cell);
      if (table !== undefined) rows[table] = (rows[table] ?? 0) + 1;
    }
  }
  if (version > 1) {
    db.exec(`INSERT INTO clock SELECT coalesce(max(run_ms), 0) FROM outbox WHERE NOT EXISTS (SELECT 1 FROM clock)`);
    for (const sql of ORPHANS) db.exec(sql);
  }
  return { rows, lost_pages };
}

/** Puts the row into the one table that it fits; where it fits several, nobody knows whose it was. */
function put(db: Connection, shapes: readonly Shape[], cell: Cell): string | undefined {
  const fitting = shapes
    .map((shape) => ({ shape, row: rowOf(shape, cell) }))
    .filter((one): one is { shape: Shape; row: Value[] } => one.row !== undefined);
  const [only, ...others] = fitting;
  if (only === undefined || others.length > 0) return undefined;
  const { shape, row } = only;
  const columns = shape.columns.slice(0, row.length).map(({ name }) => name);
  // One text for each table and number of columns that its rows were written with: a few, and the connection keeps them.
  const { changes } = db
    .prepare(`INSERT OR IGNORE INTO ${shape.table} (${columns.join()}) VALUES (${columns.map(() => '?').join()})`)
    .run(...row);
  return changes > 0 ? shape.table : undefined;
}
