import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** New at each start of the machine: the kernel's, or a new one where the kernel has none. */
export async function bootId(): Promise<string> {
  try {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  } catch {
    return randomUUID();
  }
}
