/** One fault that Home Assistant's validation (voluptuous) finds. */
export interface Fault {
  readonly message: string;
  readonly path: readonly (string | number)[];
}

export const fault = (message: string, ...path: readonly (string | number)[]): Fault => ({ message, path });

/**
 * A fault of the value of a key, seen from the dictionary that has it. Only what is found wrong with the value itself, not
 * with something inside it, is "for dictionary value".
 */
export function inDictionary(key: string, { message, path }: Fault): Fault {
  return fault(path.length === 0 ? `${message} for dictionary value` : message, key, ...path);
}

export const inList = (index: number, { message, path }: Fault): Fault => fault(message, index, ...path);

function describe({ message, path }: Fault): string {
  if (path.length === 0) return message;
  return `${message} @ data${path.map((step) => (typeof step === 'number' ? `[${step}]` : `[${pathStep(step)}]`)).join('')}`;
}

export const describeAll = (faults: readonly Fault[]): string => faults.map(describe).join(' | ');

/** The name of a group of keys stands in angle brackets, without quotes. */
const pathStep = (step: string): string => (step.startsWith('<') ? step : `'${step}'`);
