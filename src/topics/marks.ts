import type { Message } from './message.ts';

/**
 * The user properties that bridges mark what they forward with: `id` (node and number: which message it is), `ts` (when it
 * was published), `historic` (replayed after an outage: not the present value of its topic) and `via`, once for each node
 * that forwarded it or took it in, in their order.
 */
export const MARK = { id: 'id', ts: 'ts', historic: 'historic', via: 'via' } as const;

/** Stands in `via` for whatever a message passed before a bridge of MQTT 3.1.1, which cannot say that. No node is called so. */
const UNKNOWN = '?';

const NONE: readonly string[] = [];

/** The nodes that it passed, as far as they are known. */
export function via({ properties }: Message): readonly string[] {
  const users = properties?.userProperties;
  // Every publish of a client is asked for it.
  return users === undefined ? NONE : users.flatMap(([name, value]) => (name === MARK.via ? [value] : []));
}

/**
 * Which message it is, by whatever way it comes; undefined: no node said so. Others may use the name `id` for their own. The
 * time belongs to it: a node whose database was lost counts from the beginning.
 */
export function forwardedId(message: Message): string | undefined {
  const passed = via(message);
  if (passed.length === 0) return undefined;
  const first = passed.find((node) => node !== UNKNOWN);
  if (first === undefined) return undefined;
  const users = message.properties?.userProperties ?? [];
  const id = users.find(([name, value]) => name === MARK.id && value.startsWith(`${first}:`))?.[1];
  return id === undefined ? undefined : `${id} ${users.find(([name]) => name === MARK.ts)?.[1]}`;
}

/** A message as a node has it that took it in from an upstream: so it is known when it comes round again. */
export const takenIn = (message: Message, node: string): Message => passedBy(message, node);

/** A message as a bridge of MQTT 3.1.1 brought it: where it was before that, and under which id, nobody can say any more. */
export const withoutPast = (message: Message): Message => passedBy(message, UNKNOWN);

/** Whether some node on its way had it without its past. */
export const lostItsPast = (message: Message): boolean => via(message).includes(UNKNOWN);

function passedBy(message: Message, node: string): Message {
  const userProperties = [...(message.properties?.userProperties ?? []), [MARK.via, node] as const];
  return { ...message, properties: { ...message.properties, userProperties } };
}

/** It is not the present value of its topic. */
export const isHistoric = ({ properties }: Message): boolean =>
  (properties?.userProperties ?? []).some(([name, value]) => name === MARK.historic && value === 'true');
