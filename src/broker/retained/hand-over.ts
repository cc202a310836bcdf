import type { Message } from '#topics';
import type { HandlerSubscriber } from '../core/handler-subscriber.ts';
import type { Origin, RetainedReader } from '../ports.ts';

const FROM_STORE: Origin = { kind: 'broker', id: 'retained' };

/** Retained messages for a handler of the process: at once what is in memory, the rest as the disk gives it. */
export function handOver(retained: RetainedReader, subscriber: HandlerSubscriber): void {
  // Read before any is handed over: the handler may publish, and so change what is retained.
  const ready: Message[] = [];
  let next = retained.next();
  for (; next !== undefined && !(next instanceof Promise); next = retained.next()) ready.push(next);
  for (const message of ready) subscriber.call({ ...message, retain: true }, FROM_STORE);
  if (next instanceof Promise && !subscriber.ended) void next.then(() => handOver(retained, subscriber));
}
