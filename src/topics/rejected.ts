import { encodeJson } from './payload/json.ts';

/** What a node says on its `rejected` topic, not retained, about input that changed nothing. */
export interface Rejection {
  /** The topic that the input came on. */
  readonly topic: string;
  /** One of docs/ERRORS.md. */
  readonly code: string;
  /** What was found and what is allowed. */
  readonly message: string;
  /** Who sent it: a client's id, or a bridge's name. */
  readonly client: string;
}

export const encodeRejection = ({ topic, code, message, client }: Rejection): Buffer =>
  encodeJson({ topic, code, message, client });
