import type { JsonObject } from '#topics';

export function numberFault({ min = 0, max = 100, step = 1 }: JsonObject): string | undefined {
  if (Number(max) < Number(min)) return "'max' must be >= 'min'";
  return Number(step) < 0.001 ? 'value must be at least 0.001' : undefined;
}
