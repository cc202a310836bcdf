import { encodeJson } from './payload/json.ts';

/**
 * What a node says of one client on its `clients/<client>` topic, retained for as long as the node runs. Times are ISO 8601
 * in UTC, by the node's clock.
 */
export interface ClientPresence {
  readonly connected: boolean;
  /** Connected, and where a heartbeat is expected of it, it published within twice that time. */
  readonly healthy: boolean;
  /** Since when it is connected, or gone. Missing for one that is expected and never came. */
  readonly since?: string;
  /** When it last sent anything. */
  readonly last_seen?: string;
  /** Address and port; of the last connection, as all that follows, when it is gone. */
  readonly address?: string;
  readonly user?: string;
  readonly protocol?: '3.1' | '3.1.1' | '5.0';
  /** Seconds; 0 is none. */
  readonly keep_alive_s?: number;
  /** Messages that it published. */
  readonly messages_in?: number;
  /** Messages that it was sent. */
  readonly messages_out?: number;
}

export const encodePresence = (presence: ClientPresence): Buffer => encodeJson(presence);
