import type { JsonObject } from '#topics';

/** A state of Home Assistant has at most so many characters. */
const MAX_LENGTH = 255;

export function textFault({ min = 0, max = MAX_LENGTH }: JsonObject): string | undefined {
  if (Number(min) > Number(max)) return 'text length min must be >= max';
  return Number(max) > MAX_LENGTH ? `max text length must be <= ${MAX_LENGTH}` : undefined;
}
