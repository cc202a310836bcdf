import type { Connection } from '../connection.ts';
import type { Cell } from './cells.ts';
import type { Value } from './record.ts';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

/** What the rows of a table look like. */
export interface Shape {
  readonly table: string;
  readonly root: number;
  /** WITHOUT ROWID keeps the key first; our tables name it first as well. */
  readonly columns: readonly Column[];
  readonly has_rowid: boolean;
  /** The place of an INTEGER PRIMARY KEY, which the row itself does not have. */
  readonly rowid_column: number | undefined;
}

/** The tables of a sound database. */
export function shapesOf(db: Connection): Shape[] {
  const tables = db
    .prepare<[], { name: string; rootpage: number; wr: number }>(
      `SELECT name, rootpage, wr FROM sqlite_schema JOIN pragma_table_list USING (name)
        WHERE sqlite_schema.type = 'table' AND name NOT LIKE 'sqlite_%'`,
    )
    .all();
  const columns = db.prepare<[string], { name: string; type: string; notnull: number; pk: number }>(
    'SELECT name, type, "notnull", pk FROM pragma_table_info(?) ORDER BY cid',
  );
  return tables.map(({ name, rootpage, wr }) => {
    const found = columns.all(name);
    const key = found.findIndex(({ pk, type }) => pk === 1 && type === 'INTEGER');
    const has_rowid = wr === 0;
    return {
      table: name,
      root: rootpage,
      has_rowid,
      rowid_column: has_rowid && key >= 0 ? key : undefined,
      columns: found.map(({ name: column, type, notnull, pk }) => ({
        name: column,
        type,
        nullable: notnull === 0 && pk === 0,
      })),
    };
  });
}

/** The row with its key in place, or undefined where it is not of that table. Columns that came later may be missing. */
export function rowOf({ columns, has_rowid, rowid_column }: Shape, { rowid, values }: Cell): Value[] | undefined {
  if ((rowid !== undefined) !== has_rowid || values.length > columns.length) return undefined;
  const row = values.map((value, i) => (i === rowid_column && value === null ? (rowid ?? null) : value));
  return row.every((value, i) => fits(value, columns[i])) ? row : undefined;
}

function fits(value: Value, column: Column | undefined): boolean {
  if (value === null) return column?.nullable === true;
  if (typeof value === 'string') return column?.type === 'TEXT';
  return column?.type === (typeof value === 'number' ? 'INTEGER' : 'BLOB');
}
