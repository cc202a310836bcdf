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
  `
  -- How long the node had run in all, about, when it last wrote anything.
  CREATE TABLE clock (run_ms INTEGER NOT NULL);
  INSERT INTO clock SELECT coalesce(max(run_ms), 0) FROM outbox;
  -- Sessions that outlive their connection, and those that leave a will.
  CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    client_id TEXT NOT NULL UNIQUE,
    user TEXT,                       -- whoever it belongs to; null: no users were configured
    expiry_s INTEGER NOT NULL,       -- 4294967295: never
    lost_run_ms INTEGER,             -- run clock when its connection was lost; null: it had one
    sent INTEGER                     -- the newest sequence that was sent until then; null: any may have been
  );
  CREATE TABLE will (
    session INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    payload BLOB NOT NULL,
    properties TEXT,                 -- JSON; null: none
    expiry_s INTEGER,                -- message expiry, counted from its publish; null: never
    qos INTEGER NOT NULL,
    retain INTEGER NOT NULL,
    delay_s INTEGER NOT NULL
  );
  CREATE TABLE subscription (
    session INTEGER NOT NULL,
    filter TEXT NOT NULL,            -- as the client wrote it, $share included
    qos INTEGER NOT NULL,
    no_local INTEGER NOT NULL,
    retain_as_published INTEGER NOT NULL,
    identifier INTEGER,
    PRIMARY KEY (session, filter)
  ) WITHOUT ROWID;
  -- QoS 1 and 2 messages on their way to a client, from their publish to its last acknowledgement.
  CREATE TABLE queued (
    sequence INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    packet_id INTEGER NOT NULL,
    released INTEGER NOT NULL,       -- 1: PUBREC came, PUBCOMP did not
    topic TEXT NOT NULL,
    payload BLOB NOT NULL,
    properties TEXT,
    published_qos INTEGER NOT NULL,
    qos INTEGER NOT NULL,
    retain INTEGER NOT NULL,
    identifiers TEXT,                -- JSON list; null: none
    share TEXT,                      -- the shared subscription that it came by; null: another
    expires_run_ms INTEGER,          -- null: never
    bytes INTEGER NOT NULL
  );
  CREATE INDEX queued_session ON queued (session, sequence);
  -- QoS 2 messages that a client has not released yet.
  CREATE TABLE incoming (
    session INTEGER NOT NULL,
    packet_id INTEGER NOT NULL,
    PRIMARY KEY (session, packet_id)
  ) WITHOUT ROWID;
  `,
  `
  -- Up to this number a lane is history: published before its upstream was there.
  ALTER TABLE lane ADD COLUMN history INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX outbox_retained ON outbox (topic, sequence) WHERE retain = 1;
  -- The newest retained message of a topic, that goes ahead of a lane's history or went ahead of it.
  CREATE TABLE newest_state (
    bit INTEGER NOT NULL,            -- the lane's place
    topic TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (bit, topic)
  ) WITHOUT ROWID;
  CREATE INDEX newest_state_order ON newest_state (bit, sequence);
  `,
  `
  -- A wall clock that jumps, as on a machine without a battery, would end or keep messages wrongly: the run clock does not.
  ALTER TABLE retained ADD COLUMN expires_run_ms INTEGER; -- null: never
  UPDATE retained SET expires_run_ms = (SELECT run_ms FROM clock) + expires_at - CAST(unixepoch('subsec') * 1000 AS INTEGER)
    WHERE expires_at IS NOT NULL;
  ALTER TABLE retained DROP COLUMN expires_at;
  `,
  `
  -- 0 event, 1 command, 2 state, 3 telemetry, by the rules in class_rules.
  ALTER TABLE outbox ADD COLUMN class INTEGER NOT NULL DEFAULT 3;
  CREATE INDEX outbox_class ON outbox (class);
  CREATE TABLE class_rules (rules TEXT NOT NULL);
  INSERT INTO class_rules VALUES ('');
  -- What was published after the first number, up to the second, may still have to join a lane that came later.
  ALTER TABLE lane ADD COLUMN join_after INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE lane ADD COLUMN join_until INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- What entities did and measured, for call/history.
  CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    entity TEXT NOT NULL,
    unit TEXT NOT NULL,              -- empty: it is no measurement
    UNIQUE (entity, unit)
  );
  CREATE TABLE record (
    id INTEGER PRIMARY KEY,          -- in the order of recording
    series INTEGER NOT NULL,
    at INTEGER NOT NULL,             -- wall clock, ms since 1970
    run_ms INTEGER NOT NULL,         -- ms that the node had run in all
    value TEXT,                      -- as on the topic; null: unavailable from then on
    cause TEXT                       -- JSON; null: not known
  );
  CREATE INDEX record_series ON record (series, at);
  `,
  `
  -- No index by class, which cost each commit a page: the database thread knows where each class is. What is short goes first,
  -- so that a scan does not go through the pages of a long payload.
  CREATE TABLE outbox_anew (
    sequence INTEGER PRIMARY KEY,
    class INTEGER NOT NULL,          -- 0 event, 1 command, 2 state, 3 telemetry, by the rules in class_rules
    wanted_by INTEGER NOT NULL,      -- bit set of lanes; the row goes when it is empty
    bytes INTEGER NOT NULL,
    qos INTEGER NOT NULL,
    retain INTEGER NOT NULL,
    written_at INTEGER NOT NULL,     -- wall clock, ms since 1970
    run_ms INTEGER NOT NULL,         -- ms that the node had run in all when it was written
    expires_run_ms INTEGER,          -- the same clock; null: never
    topic TEXT NOT NULL,
    properties TEXT,                 -- JSON; null: none
    payload BLOB NOT NULL
  );
  INSERT INTO outbox_anew SELECT sequence, class, wanted_by, bytes, qos, retain, written_at, run_ms, expires_run_ms, topic,
    properties, payload FROM outbox ORDER BY sequence;
  -- The newest number that may have been given out: none is used twice.
  CREATE TABLE numbering (of TEXT NOT NULL, newest INTEGER NOT NULL);
  INSERT INTO numbering SELECT name, seq FROM sqlite_sequence WHERE name = 'outbox';
  DROP TABLE outbox;
  ALTER TABLE outbox_anew RENAME TO outbox;
  CREATE INDEX outbox_expiry ON outbox (expires_run_ms) WHERE expires_run_ms IS NOT NULL;
  CREATE INDEX outbox_retained ON outbox (topic, sequence) WHERE retain = 1;
  `,
  `
  -- Noise that still reads as a row is not sent upstream as what was acknowledged.
  ALTER TABLE outbox ADD COLUMN checksum INTEGER; -- CRC-32, signed, of what is sent; null: a row from before
  `,
];
