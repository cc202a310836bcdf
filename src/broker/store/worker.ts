/** The thread that has the database: fsync happens here, so that a slow card delays acknowledgements and nothing else. */
import { parentPort, workerData } from 'node:worker_threads';
import { DatabaseFault, type OpenDatabase, openDatabase } from './database.ts';
import type { Batch, Call, Failure, FromWorker, ToWorker } from './protocol.ts';
import type { Tables } from './tables.ts';

const port = parentPort;
if (port === null) throw new Error('worker.ts runs as a worker thread');
const say = (message: FromWorker): void => port.postMessage(message);

try {
  serve(openDatabase(String(workerData), new Date()));
} catch (error) {
  say({ kind: 'not_opened', failure: describe(error) });
}

function serve({ db, tables, set_aside }: OpenDatabase): void {
  const changes = db.prepare<[], number>('SELECT total_changes()').pluck();
  const run = db.transaction(({ calls, run_ms }: Batch) => {
    const before = changes.get();
    const results = calls.map((call) => perform(tables, call));
    const wrote = changes.get() !== before;
    if (wrote) tables.clock.ride(run_ms);
    return { results, wrote };
  });
  port?.on('message', (message: ToWorker) => {
    if (message.kind === 'close') {
      end(message.run_ms);
      say({ kind: 'closed' });
      port.close();
      return;
    }
    try {
      say({ kind: 'committed', ...run(message) });
    } catch (error) {
      say({ kind: 'rolled_back', failure: describe(error) });
    }
  });
  const end = (run_ms: number): void => {
    try {
      tables.clock.keep(run_ms);
    } catch {
      // A full disk: the clock goes on from a little earlier.
    }
    db.close();
  };
  say({ kind: 'opened', set_aside, run_ms: tables.clock.read() });
}

/** Both ends of the port are typed by the same Tables, so the name stands for a method and the arguments are its own. */
function perform(tables: Tables, [table, method, args]: Call): unknown {
  return (tables[table] as unknown as Record<string, (...args: readonly unknown[]) => unknown>)[method]?.(...args);
}

function describe(error: unknown): Failure {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  const message = (error instanceof Error ? error.message : String(error)) + cause;
  if (error instanceof DatabaseFault) {
    const codes = { cannot_create: 'STORE_CANNOT_CREATE', in_use: 'STORE_IN_USE', newer: 'STORE_NEWER' } as const;
    return { code: codes[error.kind], message };
  }
  const sqlite = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (sqlite === 'SQLITE_FULL') return { code: 'STORE_DISK_FULL', message };
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(sqlite)) return { code: 'STORE_DAMAGED', message };
  return { code: 'STORE_IO', message: sqlite === '' ? message : `${message} (${sqlite})` };
}
