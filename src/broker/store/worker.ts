/** The thread that has the database: fsync happens here, so that a slow card delays acknowledgements and nothing else. */
import { parentPort, workerData } from 'node:worker_threads';
import { type OpenDatabase, openDatabase } from './database.ts';
import { codeOf, describe } from './fault.ts';
import type { Call, FromWorker, ToWorker } from './protocol.ts';
import { callTable } from './tables.ts';
import { Transaction } from './transaction.ts';
import { Upkeep } from './upkeep.ts';

const port = parentPort;
if (port === null) throw new Error('worker.ts runs as a worker thread');
const say = (message: FromWorker): void => {
  if (message.kind === 'committed') port.postMessage(message, ownMemories(message.results));
  else if (message.kind === 'answer') port.postMessage(message, ownMemories([message.result]));
  else port.postMessage(message);
};

try {
  const path = String(workerData);
  serve(openDatabase(path, new Date()), path);
} catch (error) {
  say({ kind: 'not_opened', failure: describe(error) });
}

function serve({ db, tables, recovery }: OpenDatabase, path: string): void {
  const upkeep = new Upkeep(db, path, say);
  const transaction = new Transaction(db, tables);
  const isOver = (error: unknown): boolean => codeOf(error) === 'SQLITE_FULL' && upkeep.makeRoom();
  /** Reads that wait for the end of a commit. */
  let held: Call[] = [];
  const answer = ([table, method, args]: Call): void => {
    try {
      say({ kind: 'answer', result: callTable(tables, table, method, args) });
    } catch (error) {
      say({ kind: 'no_answer', failure: describe(error) });
    }
  };
  const commit = (run_ms: number): void => {
    try {
      say({ kind: 'committed', ...transaction.end(run_ms, isOver) });
    } catch (error) {
      say({ kind: 'rolled_back', failure: describe(error) });
    }
    for (const call of held) answer(call);
    held = [];
    upkeep.wake();
  };
  port?.on('message', (message: ToWorker) => {
    if (message.kind === 'close') {
      end(message.run_ms);
      say({ kind: 'closed' });
      port.close();
      return;
    }
    if (message.kind === 'read') {
      // What is on disk is read alone: a commit that is being gathered may fail.
      if (transaction.isOpen || held.length > 0) held.push(message.call);
      else answer(message.call);
      return;
    }
    transaction.take(message.packed);
    if (message.kind === 'commit') commit(message.run_ms);
  });
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

/** Of the results that are a memory as a whole, as pages are: it goes along, and is not copied. */
const ownMemories = (results: readonly unknown[]): ArrayBuffer[] =>
  results.flatMap((one) =>
    one instanceof Uint8Array && one.buffer instanceof ArrayBuffer && one.byteLength === one.buffer.byteLength
      ? [one.buffer]
      : [],
  );
