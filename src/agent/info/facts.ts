import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Machine } from '#hw';
import { version } from '../cli/version.ts';

/** What is the same for as long as the node runs. */
export interface Facts {
  /** Of pinbus. */
  readonly version: string;
  /** As the machine names itself; undefined where it does not. */
  readonly board: string | undefined;
  /** Whether the machine says what slows it down, as a Raspberry Pi does. */
  readonly tells_throttling: boolean;
  readonly boot_id: string;
  /** ISO 8601 in UTC. */
  readonly started_at: string;
}

export async function readFacts(machine: Machine, now: number): Promise<Facts> {
  return {
    version: version(),
    board: await machine.model(),
    tells_throttling: (await machine.throttling()) !== undefined,
    boot_id: await bootId(),
    started_at: new Date(now).toISOString(),
  };
}

/** The kernel's, or a new one where the kernel has none. */
async function bootId(): Promise<string> {
  try {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  } catch {
    return randomUUID();
  }
}
