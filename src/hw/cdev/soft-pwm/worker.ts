/** The thread that makes waves: it sleeps until the next change of a level, so what the main thread does delays none. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { GPIO_V2_LINE_SET_VALUES } from '../ioctl.ts';
import { openLibc } from '../../libc.ts';
import { newLineValues, ONLY_LINE } from '../line-values.ts';
import { errnoName } from '../../failure.ts';
import type { PwmAnswer, PwmOrder, PwmThreadData } from './protocol.ts';
import { phaseOf, type Wave } from './wave.ts';

interface Line {
  wave: Wave;
  /** When the wave began, and when its level changes next, on the thread's own clock. */
  began_ms: number;
  change_ms: number;
  /** Why it takes no level any more. */
  errno: string | undefined;
}

const port = parentPort;
if (port === null) throw new Error('worker.ts runs as a worker thread');
const { bell } = workerData as PwmThreadData;
const libc = await openLibc();
const LEVELS = { high: newLineValues(ONLY_LINE, ONLY_LINE), low: newLineValues(ONLY_LINE) };
const lines = new Map<number, Line>();

let ended = false;
while (!ended) {
  const rung = Atomics.load(bell, 0);
  for (let order = nextOrder(); order !== undefined; order = nextOrder()) obey(order);
  const next_ms = driveAll();
  // An order that came since `rung` was read has changed the bell: then this does not wait.
  if (!ended) Atomics.wait(bell, 0, rung, next_ms - performance.now());
}

function nextOrder(): PwmOrder | undefined {
  return port === null ? undefined : (receiveMessageOnPort(port)?.message as PwmOrder | undefined);
}

function obey(order: PwmOrder): void {
  if (order.kind === 'end') {
    ended = true;
    return;
  }
  const { fd } = order;
  if (order.kind === 'drop') drop(fd);
  if (order.kind === 'drive') {
    const now_ms = performance.now();
    const line = lines.get(fd);
    // A new duty joins the wave where it is: no period is cut short.
    const began_ms =
      line?.wave.period_ms === order.wave.period_ms && line.change_ms < Infinity ? line.began_ms : now_ms;
    const driven: Line = { wave: order.wave, began_ms, change_ms: 0, errno: undefined };
    lines.set(fd, driven);
    drive(fd, driven, now_ms);
  }
  const line = lines.get(fd);
  if (line?.errno === undefined) say({ kind: 'done', order: order.order, duty: line?.wave.duty ?? 0 });
  else say({ kind: 'failed', order: order.order, errno: line.errno });
}

/** A wave that ends in the middle leaves its line low, never at whatever level it had just then. */
function drop(fd: number): void {
  const line = lines.get(fd);
  if (line !== undefined && line.wave.duty < 1) drive(fd, { ...line, wave: { ...line.wave, duty: 0 } }, 0);
  lines.delete(fd);
}

/** When the next of all levels changes. */
function driveAll(): number {
  let next_ms = Number.POSITIVE_INFINITY;
  for (const [fd, line] of lines) {
    const now_ms = performance.now();
    if (line.change_ms <= now_ms) drive(fd, line, now_ms);
    next_ms = Math.min(next_ms, line.change_ms);
  }
  return next_ms;
}

function drive(fd: number, line: Line, now_ms: number): void {
  const { high, left_ms } = phaseOf(line.wave, now_ms - line.began_ms);
  line.change_ms = now_ms + left_ms;
  try {
    libc.ioctl(fd, GPIO_V2_LINE_SET_VALUES, high ? LEVELS.high : LEVELS.low);
  } catch (error) {
    line.errno = errnoName(error) ?? 'EIO';
    line.change_ms = Number.POSITIVE_INFINITY;
  }
}

function say(answer: PwmAnswer): void {
  port?.postMessage(answer);
}
