/** GPIO_MAX_NAME_SIZE: a name in the kernel's structures, with its zero. */
export const NAME_BYTES = 32;

/** The text of a zero-terminated field of NAME_BYTES. */
export function readName(structure: Buffer, offset: number): string {
  const field = structure.subarray(offset, offset + NAME_BYTES);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? NAME_BYTES : end);
}
