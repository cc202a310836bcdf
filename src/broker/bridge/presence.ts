import { goesOut, type Message } from '#topics';
import type { BridgeOptions } from '../options.ts';
import { namedUpstream } from './outbound.ts';

/** How the upstream knows whether the node is there. */
export interface Presence {
  /** Published with every connection, before anything else: the will of the last link may be retained upstream. */
  readonly birth: Message;
  /** Published by the upstream when the link ends. */
  readonly will: Message;
}

/** Under the names of the upstream. Undefined: no `out` rule carries it. */
export function carriedPresence({ birth, will }: Presence, bridge: BridgeOptions): Presence | undefined {
  if (goesOut(bridge, will.topic) === undefined) return undefined;
  const [here, gone] = [namedUpstream(birth, bridge), namedUpstream(will, bridge)];
  return here && gone && { birth: here.message, will: gone.message };
}
