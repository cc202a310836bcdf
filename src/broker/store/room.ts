import type { Call, MethodName, TableName } from './protocol.ts';

/**
 * What takes room that nothing gives back soon: what a client or the agent brings. On a full disk it is refused before it
 * reaches the disk, and the rest (confirmations, drops, ends of sessions, what is read) has the reserve for itself.
 */
const TAKES_ROOM: { readonly [T in TableName]: readonly MethodName<T>[] } = {
  outbox: ['append'],
  lanes: ['open', 'join'],
  classes: [],
  bounds: [],
  deadLetters: [],
  retained: ['put'],
  sessions: ['open', 'putWill', 'subscribe', 'enqueue', 'receive'],
  records: ['add'],
  clock: [],
};

export function takesRoom([table, method]: Call): boolean {
  const methods: readonly string[] = TAKES_ROOM[table];
  return methods.includes(method);
}
