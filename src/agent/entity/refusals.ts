import type { CommandRefusal } from '../platforms/platform.ts';

/** An output whose line is parked: the command would come true at a time that nobody knows. */
export const offline = (): CommandRefusal => ({
  code: 'AGENT_ENTITY_OFFLINE',
  message: 'the line of this entity fails and is parked; the attributes say why',
});
