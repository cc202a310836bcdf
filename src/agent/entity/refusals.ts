import { isHistoric, type Message } from '#topics';
import type { CommandRefusal } from '../platforms/platform.ts';

/** An output whose line is parked: the command would come true at a time that nobody knows. */
export const offline = (): CommandRefusal => ({
  code: 'AGENT_ENTITY_OFFLINE',
  message: 'the line of this entity fails and is parked; the attributes say why',
});

/** Another output of the group is on, or nobody knows that it is off. */
export const interlocked = (rival: string): CommandRefusal => ({
  code: 'AGENT_INTERLOCKED',
  message: `${rival} of the same interlock group is not off`,
});

/** Somebody published where an entity speaks; `set` is where commands of it go, undefined where it takes none. */
export const notYours = (set: string | undefined): CommandRefusal => ({
  code: 'AGENT_TOPIC_OWN',
  message: `only the node itself says this${set === undefined ? '' : `; commands go to ${set}`}`,
});

/** A command acts when it is sent: what comes again at each start, or long after anybody meant it, is not carried out. */
export function untimely(message: Message): CommandRefusal | undefined {
  if (message.retain) return { code: 'AGENT_COMMAND_RETAINED', message: 'a retained command is not carried out' };
  if (isHistoric(message) || message.properties?.messageExpiryInterval === 0) {
    return { code: 'AGENT_COMMAND_HISTORIC', message: 'the command is of an earlier time' };
  }
  return undefined;
}
