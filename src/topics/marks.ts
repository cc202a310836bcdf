import type { Message } from './message.ts';

/**
 * The user properties that bridges mark what they forward with: `id` (node and number: which message it is), `ts` (when it
 * was published), `historic` (replayed after an outage: not the present value of its topic) and `via`, once for each node
 * that forwarded it, in their order.
 */
export const MARK = { id: 'id', ts: 'ts', historic: 'historic', via: 'via' } as const;

/** The nodes that forwarded it. */
export const via = ({ properties }: Message): readonly string[] =>
  (properties?.userProperties ?? []).flatMap(([name, value]) => (name === MARK.via ? [value] : []));

/** Which message it is, wherever it comes from; undefined: no node forwarded it. */
export const forwardedId = (message: Message): string | undefined =>
  via(message).length === 0 ? undefined : valueOf(message, MARK.id);

/** It is not the present value of its topic. */
export const isHistoric = (message: Message): boolean => valueOf(message, MARK.historic) === 'true';

const valueOf = ({ properties }: Message, mark: string): string | undefined =>
  properties?.userProperties?.find(([name]) => name === mark)?.[1];
