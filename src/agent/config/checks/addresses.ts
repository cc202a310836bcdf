/** An address that only this machine reaches. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

/** An address that stands for all of the machine's. */
export const isEverywhere = (host: string): boolean => host === '0.0.0.0' || host === '::';
