/** The thread that has the database: fsync happens here, so that a slow card delays acknowledgements and nothing else. */
import { parentPort, workerData } from 'node:worker_threads';
import { type OpenDatabase, openDatabase } from './database.ts';
import { codeOf, describe } from './fault.ts';
import type { Batch, Call, FromWorker, ToWorker } from './protocol.ts';
import type { Tables } from './tables.ts';
import { Upkeep } from './upkeep.ts';

const port = parentPort;
if (port === null) throw new Error('worker.ts runs as a worker thread');
const say = (message: FromWorker): void => port.postMessage(message);

try {
  const path = String(workerData);
  serve(openDatabase(path, new Date()), path);
} catch (error) {
  say({ kind: 'not_opened', failure: describe(error) });
}

function serve({ db, tables, recovery }: OpenDatabase, path: string): void {
  const upkeep = new Upkeep(db, path, say);
  const changes = db.prepare<[], number>('SELECT total_changes()').pluck();
  const run = db.transaction(({ calls, run_ms }: Batch) => {
    const before = changes.get();
    const results = calls.map((call) => perform(tables, call));
    const wrote = changes.get() !== before;
    if (wrote) tables.clock.ride(run_ms);
    return { results, wrote };
  });
  const attempt = (batch: Batch): ReturnType<typeof run> => {
    let kept = false;
    try {
      const done = run(batch);
      kept = true;
      return done;
    } finally {
      tables.outbox.settle(kept);
    }
  };
  const commit = (batch: Batch): ReturnType<typeof run> => {
    try {
      return attempt(batch);
    } catch (error) {
      if (codeOf(error) === 'SQLITE_FULL' && upkeep.makeRoom()) return attempt(batch);
      throw error;
    }
  };
  port?.on('message', (message: ToWorker) => {
    if (message.kind === 'close') {
      end(message.run_ms);
      say({ kind: 'closed' });
      port.close();
      return;
    }
    if (message.kind === 'read') {
      say(answer(message.call));
      return;
    }
    try {
      say({ kind: 'committed', ...commit(message) });
    } catch (error) {
      say({ kind: 'rolled_back', failure: describe(error) });
    }
    upkeep.wake();
  });
  const answer = (call: Call): FromWorker => {
    try {
      return { kind: 'answer', result: perform(tables, call) };
    } catch (error) {
      return { kind: 'no_answer', failure: describe(error) };
    }
  };
  const end = (run_ms: number): void => {
    upkeep.stop();
    try {
      tables.clock.keep(run_ms);
    } catch {
      // A full disk: the clock goes on from a little earlier.
    }
    db.close();
  };
  say({ kind: 'opened', recovery, run_ms: tables.clock.read() });
  upkeep.wake();
}

/** Both ends of the port are typed by the same Tables, so the name stands for a method and the arguments are its own. */
function perform(tables: Tables, [table, method, args]: Call): unknown {
  return (tables[table] as unknown as Record<string, (...args: readonly unknown[]) => unknown>)[method]?.(...args);
}
