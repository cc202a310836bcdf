import { stdSerializers } from 'pino';
import { coded } from '../errors.ts';

/**
 * An error as a log line has it. What is explained by a code needs no stack: that would tell of Node's inside where the
 * sentence tells of the world.
 */
export function errorLine(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const message = withCauses(error);
  const known = coded(error);
  if (known === undefined) return { ...stdSerializers.err(error), message };
  const { name, code, retryable, remedy } = known;
  return { type: name, code, message, retryable, remedy };
}

/** Its message, and those of its causes that it does not repeat. */
function withCauses(error: Error): string {
  let text = error.message;
  const seen = new Set<unknown>();
  for (let { cause } = error; cause instanceof Error && !seen.has(cause); { cause } = cause) {
    seen.add(cause);
    if (cause.message !== '' && !text.includes(cause.message)) text += `: ${cause.message}`;
  }
  return text;
}
