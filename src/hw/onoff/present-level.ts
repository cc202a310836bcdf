import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { busy, errnoName, failureOf } from '../failure.ts';
import type { Level } from '../ports.ts';
import { CLASS } from './chip.ts';

/**
 * The physical level of a line that is not ours yet, true for high. It is exported for that and stays so: exporting changes
 * neither direction nor level [Documentation/admin-guide/gpio/sysfs.rst], and a line that another program left exported, or this
 * one before it was killed, has both as they were.
 * @throws HardwareError HW_LINE_BUSY, HW_ACCESS_DENIED, HW_LINE_GONE
 */
export function presentLevel(number: number): Level {
  const folder = join(CLASS, `gpio${number}`);
  try {
    if (!existsSync(folder)) writeFileSync(join(CLASS, 'export'), String(number));
    const read = (file: string): string => readFileSync(join(folder, file), 'utf8').trim();
    return (read('value') === '1') !== (read('active_low') === '1');
  } catch (error) {
    const subject = `line ${number} of sysfs`;
    throw errnoName(error) === 'EBUSY' ? busy(error, subject, '') : failureOf(error, subject);
  }
}
