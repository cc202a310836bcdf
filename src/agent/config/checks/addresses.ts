/** An address that stands for all of the machine's. */
export const isEverywhere = (host: string): boolean => host === '0.0.0.0' || host === '::';
