/** A length of time in milliseconds. */
export type Milliseconds = number & { readonly __unit: 'ms' };
/** A size in bytes. */
export type Bytes = number & { readonly __unit: 'bytes' };

export const milliseconds = (value: number): Milliseconds => value as Milliseconds;
export const bytes = (value: number): Bytes => value as Bytes;
