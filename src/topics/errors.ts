import { type ErrorTable, PinbusError } from './error.ts';

/** Every error of this room. */
export const TOPICS_ERRORS = {
  TOPICS_NAME_INVALID: {
    retryable: false,
    remedy: 'Publish to a topic of 1 to 65535 bytes and at most 201 levels, without "+", "#" and control characters.',
  },
  TOPICS_FILTER_INVALID: {
    retryable: false,
    remedy: 'Give "+" a level of its own and "#" the last one; share groups are "$share/<name>/<filter>".',
  },
  TOPICS_ID_INVALID: {
    retryable: false,
    remedy: 'Use 1 to 64 of the characters a-z, 0-9, "_" and "-", and for an entity none of the reserved words.',
  },
  TOPICS_PAYLOAD_TOO_LARGE: {
    retryable: false,
    remedy: 'Send a shorter payload; the message names the bound.',
  },
  TOPICS_PAYLOAD_NOT_UTF8: {
    retryable: false,
    remedy: 'Send the payload as UTF-8 text.',
  },
  TOPICS_PAYLOAD_NOT_JSON: {
    retryable: false,
    remedy:
      'Send one JSON object, with double quotes around keys and texts; in a shell put single quotes around the whole.',
  },
  TOPICS_PAYLOAD_NOT_ALLOWED: {
    retryable: false,
    remedy: 'Send one of the values that the message names; docs/TOPICS.md lists them for every platform.',
  },
  TOPICS_CALL_NO_REPLY_TOPIC: {
    retryable: false,
    remedy:
      'Set the MQTT 5 response topic, or put "reply_to" and "id" into the JSON payload, and subscribe to it first.',
  },
  TOPICS_CALL_REPLY_TOPIC_REFUSED: {
    retryable: false,
    remedy: 'Take a reply topic of your own, without wildcards, outside "pinbus/v1/" and "$".',
  },
} as const satisfies ErrorTable;

export type TopicsErrorCode = keyof typeof TOPICS_ERRORS;

export class TopicsError extends PinbusError {
  constructor(code: TopicsErrorCode, message: string, options?: ErrorOptions) {
    super(code, TOPICS_ERRORS[code], message, options);
    this.name = 'TopicsError';
  }
}
