import { type ErrorTable, PinbusError } from './error.ts';

/** Every error of this room. */
export const TOPICS_ERRORS = {
  TOPICS_NAME_INVALID: {
    retryable: false,
    remedy: 'Publish to a topic of 1 to 65535 bytes and at most 200 levels, without "+", "#" and control characters.',
  },
  TOPICS_FILTER_INVALID: {
    retryable: false,
    remedy: 'Give "+" a level of its own and "#" the last one; share groups are "$share/<name>/<filter>".',
  },
  TOPICS_ID_INVALID: {
    retryable: false,
    remedy: 'Use 1 to 64 of the characters a-z, 0-9, "_" and "-", and for an entity none of the reserved words.',
  },
} as const satisfies ErrorTable;

export type TopicsErrorCode = keyof typeof TOPICS_ERRORS;

export class TopicsError extends PinbusError {
  constructor(code: TopicsErrorCode, message: string, options?: ErrorOptions) {
    super(code, TOPICS_ERRORS[code], message, options);
    this.name = 'TopicsError';
  }
}
