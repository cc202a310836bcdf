import type { RetainedStore } from '#broker';
import type { Message } from '#topics';

/** Everything that a filter matches, what is on the disk too. */
export async function allRetained(retained: RetainedStore, filter: string): Promise<Message[]> {
  const found: Message[] = [];
  const reader = retained.read(filter);
  for (let next = reader.next(); next !== undefined; next = reader.next()) {
    if (next instanceof Promise) await next;
    else found.push(next);
  }
  return found;
}
