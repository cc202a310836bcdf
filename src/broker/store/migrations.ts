/**
 * The schema, one step a version, in the order they run; PRAGMA user_version counts the steps that a file has behind it.
 * A step that was released is never edited: the next change is the next step.
 */
export const MIGRATIONS: readonly string[] = [
  `
  -- Every publish that an upstream still owes a PUBACK for. AUTOINCREMENT, so that a number is never used twice.
  CREATE TABLE outbox (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    wanted_by INTEGER NOT NULL,      -- bit set of lanes; the row goes when it is empty
    topic TEXT NOT NULL,
    payload BLOB NOT NULL,
    properties TEXT,                 -- JSON; null: none
    qos INTEGER NOT NULL,
    retain INTEGER NOT NULL,
    written_at INTEGER NOT NULL,     -- wall clock, ms since 1970
    run_ms INTEGER NOT NULL,         -- ms that the node had run in all when it was written
    expires_run_ms INTEGER,          -- the same clock; null: never
    bytes INTEGER NOT NULL
  );
  CREATE INDEX outbox_expiry ON outbox (expires_run_ms) WHERE expires_run_ms IS NOT NULL;
  CREATE TABLE lane (
    bit INTEGER PRIMARY KEY,         -- 0 to 49, the place in wanted_by
    name TEXT NOT NULL UNIQUE        -- the bridge's name
  );
  -- What an upstream refused for good.
  CREATE TABLE dead_letter (
    id INTEGER PRIMARY KEY,
    sequence INTEGER NOT NULL,
    lane TEXT NOT NULL,
    reason TEXT NOT NULL,
    refused_at INTEGER NOT NULL,     -- wall clock, ms since 1970
    topic TEXT NOT NULL,
    payload BLOB NOT NULL,
    properties TEXT,
    qos INTEGER NOT NULL,
    retain INTEGER NOT NULL,
    written_at INTEGER NOT NULL
  );
  CREATE TABLE retained (
    topic TEXT PRIMARY KEY,
    payload BLOB NOT NULL,
    properties TEXT,
    qos INTEGER NOT NULL,
    expires_at INTEGER               -- wall clock, ms since 1970; null: never
  );
  `,
];
