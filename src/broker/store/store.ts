import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { BrokerError } from '../errors.ts';
import { Commit } from './commit.ts';
import { Condition, type StoreCondition } from './condition.ts';
import { Deferred } from './deferred.ts';
import { Pace } from './pace.ts';
import type { Arguments, Call, Failure, FromWorker, MethodName, Result, TableName, ToWorker } from './protocol.ts';
import { Reads } from './reads.ts';
import { takesRoom } from './room.ts';

/** What may wait for the disk; more is refused with STORE_BUSY. */
const MAX_WAITING_CALLS = 50_000;
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
/** Calls in one commit. More gain nothing: 100 rows a commit already write 3 bytes for each byte kept. */
const MAX_COMMIT_CALLS = 2_000;
/**
 * Young generation of the database's thread, in MiB. By default it grows to 32, which stay: rows and messages on their way are
 * all garbage that there is, and a collection of little of it takes a millisecond.
 */
const YOUNG_GENERATION_MB = 12;
/** Its bound for all the rest, in MiB, several times what is ever used: V8 collects a heap that may grow to gigabytes far more seldom. */
const OLD_GENERATION_MB = 512;
/** A close that takes longer is cut off, in milliseconds; what was acknowledged is on disk by then. */
const CLOSE_DEADLINE_MS = 5_000;

/**
 * The database, as the main thread uses it. Calls that arrive while a commit is under way go into the next one, which ends when
 * that one did; with none under way, those of one turn of the event loop share a commit. Writes that keep coming unanswered
 * wait up to 12 ms for each other (`pace.ts`).
 */
export class Store {
  readonly #path: string;
  readonly #log: Logger;
  #worker: Worker | undefined;
  #state: 'new' | 'open' | 'failed' | 'stopped' = 'new';
  #next: Commit = new Commit();
  /** In order: the thread answers for the first. */
  #underWay: Commit[] = [];
  #waitingCalls = 0;
  #waitingBytes = 0;
  #keptBytes = 0;
  readonly #pace = new Pace(() => {
    if (this.#underWay.length === 0) this.#turnOver();
  });
  readonly #reads = new Reads((call) => this.#post({ kind: 'read', call }));
  readonly #condition: Condition;
  /** The calls of `together`, while it goes on. */
  #together: { readonly commit: Commit; refused: BrokerError | undefined } | undefined;
  #run_base_ms = 0;
  #idle: (() => void) | undefined;
  #closed: (() => void) | undefined;

  constructor(path: string, log: Logger) {
    this.#path = path;
    this.#log = log;
    this.#condition = new Condition(log);
  }

  /** Throws STORE_CANNOT_CREATE, STORE_IN_USE, STORE_NEWER, STORE_IO, STORE_DISK_FULL. */
  async start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const worker = new Worker(createRequire(import.meta.url).resolve('#store-worker'), {
      workerData: this.#path,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB, maxOldGenerationSizeMb: OLD_GENERATION_MB },
    });
    this.#worker = worker;
    const opened = new Deferred<void>();
    worker.once('error', (error) => opened.reject(new BrokerError('STORE_IO', error.message, { cause: error })));
    worker.once('exit', () => opened.reject(new BrokerError('STORE_IO', 'the database thread ended')));
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'opened') {
        if (message.recovery !== undefined) {
          this.#log.error(
            { code: 'STORE_DAMAGED', path: this.#path, ...message.recovery },
            'the database was damaged: it was set aside, and a new one has what could be read of it',
          );
        }
        this.#run_base_ms = message.run_ms - performance.now();
        opened.resolve();
      } else if (message.kind === 'not_opened') {
        opened.reject(new BrokerError(message.failure.code, message.failure.message));
      } else if (message.kind === 'disk') this.#disk(message.full);
      else if (message.kind === 'closed') this.#closed?.();
      else if (message.kind === 'answer') this.#reads.answered(message.result);
      else if (message.kind === 'no_answer') this.#reads.failed(this.#failed(message.failure));
      else this.#settle(message);
    });
    try {
      await opened.promise;
      signal.throwIfAborted();
    } catch (error) {
      await worker.terminate();
      throw error;
    }
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', () => this.#fail(new Error('the database thread ended')));
    this.#state = 'open';
  }

  /** Commits what waits, then closes the file. */
  async stop(): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'stopped';
    const worker = this.#worker;
    const deadline = new Deferred<void>();
    const timer = setTimeout(() => deadline.resolve(), CLOSE_DEADLINE_MS);
    const closed = async (): Promise<void> => {
      if (this.#waitingCalls > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
      await new Promise<void>((resolve) => {
        this.#closed = resolve;
        this.#post({ kind: 'close', run_ms: this.run_ms });
      });
    };
    await Promise.race([closed(), deadline.promise]);
    clearTimeout(timer);
    await worker?.terminate();
    for (const commit of [...this.#underWay, this.#next]) {
      commit.reject(new BrokerError('STORE_STOPPED', 'the database was closed before this was on disk'));
    }
    this.#reads.end(new BrokerError('STORE_STOPPED', 'the database was closed before this was read'));
  }

  /**
   * Settles once the call is fsynced; calls of one commit share the promise. Rejects with STORE_BUSY, STORE_DISK_FULL,
   * STORE_IO, STORE_DAMAGED, STORE_STOPPED: then nothing of that commit was kept.
   */
  write<T extends TableName, M extends MethodName<T>>(table: T, method: M, ...args: Arguments<T, M>): Promise<void> {
    return this.#add([table, method, args])?.committed ?? this.#refused();
  }

  /** As `write`, with what the method returned. */
  async ask<T extends TableName, M extends MethodName<T>>(
    table: T,
    method: M,
    ...args: Arguments<T, M>
  ): Promise<Result<T, M>> {
    const commit = this.#add([table, method, args], true);
    if (commit === undefined) return this.#refused();
    const place = commit.asked - 1;
    await commit.committed;
    // The worker answers by the same Tables that typed the call.
    return commit.results[place] as Result<T, M>;
  }

  /**
   * What the method returns of what is on disk, without waiting for a commit: nothing that is being written is seen. Rejects
   * with STORE_BUSY, STORE_IO, STORE_DAMAGED, STORE_STOPPED.
   */
  async read<T extends TableName, M extends MethodName<T>>(
    table: T,
    method: M,
    ...args: Arguments<T, M>
  ): Promise<Result<T, M>> {
    if (this.#state !== 'open') return this.#refused();
    // As for `ask`.
    return (await this.#reads.ask([table, method, args])) as Result<T, M>;
  }

  /** What is written within `work`, before it returns, is in one commit: all of it survives a crash or nothing. */
  together<T>(work: () => T): T {
    if (this.#together !== undefined) return work();
    // On a full disk it has a commit of its own, that can be refused as a whole.
    if (this.#condition.full !== undefined) this.#turnOver();
    const together = { commit: this.#next, refused: undefined };
    this.#together = together;
    try {
      return work();
    } finally {
      this.#together = undefined;
      if (together.refused !== undefined) this.#refuse(together.commit, together.refused);
    }
  }

  /** Bytes of texts and payloads that it was given to keep since the start. */
  get kept_bytes(): number {
    return this.#keptBytes;
  }

  condition(): StoreCondition {
    return this.#condition.read();
  }

  /**
   * Milliseconds that the node has run in all, as far as this database knows: a clock for ages and deadlines that a wall
   * clock which jumps by years, as on a machine without a battery, cannot hurt.
   */
  get run_ms(): number {
    return Math.round(this.#run_base_ms + performance.now());
  }

  #add(call: Call, asked = false): Commit | undefined {
    if (this.#state !== 'open') return undefined;
    if (this.#waitingCalls >= MAX_WAITING_CALLS || this.#waitingBytes >= MAX_WAITING_BYTES) return undefined;
    const { full } = this.#condition;
    if (full !== undefined && takesRoom(call)) {
      if (this.#together === undefined) return undefined;
      this.#together.refused = full;
    }
    if (this.#next.calls >= MAX_COMMIT_CALLS && this.#together === undefined) this.#turnOver();
    const commit = this.#next;
    const weighed = commit.bytes;
    const bytes = commit.add(call, asked);
    this.#waitingBytes += commit.bytes - weighed;
    if (takesRoom(call)) this.#keptBytes += bytes;
    this.#waitingCalls += 1;
    if (commit.isParcelDue && this.#together === undefined && !this.#pace.isWaiting) {
      this.#post({ kind: 'calls', packed: commit.takeParcel() });
    }
    if (this.#underWay.length === 0) this.#pace.arrived(commit);
    return commit;
  }

  #refused(): Promise<never> {
    return Promise.reject(
      this.#state === 'open'
        ? (this.#condition.full ??
            new BrokerError('STORE_BUSY', `${this.#waitingCalls} writes wait for the disk already`))
        : this.#state === 'failed'
          ? new BrokerError('STORE_IO', 'the database thread ended')
          : new BrokerError('STORE_STOPPED', 'the database is not open'),
    );
  }

  /** What comes now goes into another commit. */
  #turnOver(): void {
    if (this.#next.calls === 0) return;
    this.#post({ kind: 'commit', packed: this.#next.takeParcel(), run_ms: this.run_ms });
    this.#underWay.push(this.#next);
    this.#next = new Commit();
  }

  /** The commit of `together`, which nothing else is in and which is not on its way. */
  #refuse(commit: Commit, error: BrokerError): void {
    this.#next = new Commit();
    this.#waitingCalls -= commit.calls;
    this.#waitingBytes -= commit.bytes;
    commit.reject(error);
  }

  #disk(full: boolean): void {
    if (!full) return this.#condition.hasRoom();
    this.#condition.filledUp(new BrokerError('STORE_DISK_FULL', `there is no room on the disk of ${this.#path}`));
  }

  #post(message: ToWorker): void {
    const packed = 'packed' in message && message.packed.byteLength > 0 ? [message.packed.buffer as ArrayBuffer] : [];
    this.#worker?.postMessage(message, packed);
  }

  #settle(message: Extract<FromWorker, { kind: 'committed' | 'rolled_back' }>): void {
    const commit = this.#underWay.shift();
    if (commit === undefined) return;
    this.#waitingCalls -= commit.calls;
    this.#waitingBytes -= commit.bytes;
    if (this.#underWay.length === 0 && this.#next.calls > 0 && this.#pace.isDue(this.#next)) this.#turnOver();
    if (message.kind === 'committed') {
      // A disk that takes nothing can still be read.
      if (message.wrote) this.#condition.worked();
      commit.resolve(message.results);
    } else {
      commit.reject(this.#failed(message.failure));
    }
    if (this.#waitingCalls === 0) this.#idle?.();
  }

  /** The disk did not do what it was asked. */
  #failed({ code, message }: Failure): BrokerError {
    const error = new BrokerError(code, message);
    this.#condition.failed(error);
    return error;
  }

  #fail(cause: Error): void {
    if (this.#state !== 'open') return;
    this.#state = 'failed';
    const error = new BrokerError('STORE_IO', `the database thread ended: ${cause.message}`, { cause });
    this.#log.fatal({ err: error, code: error.code }, 'the database is gone');
    for (const commit of [...this.#underWay, this.#next]) commit.reject(error);
    this.#reads.end(error);
    this.#underWay = [];
  }
}
