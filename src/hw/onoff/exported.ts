import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LineInfo } from '../ports.ts';
import { CLASS } from './chip.ts';

/** What sysfs shows of a line that another program has exported; nothing of any other. */
export function exported(number: number): Pick<LineInfo, 'direction' | 'high' | 'consumer'> {
  const read = (file: string): string => readFileSync(join(CLASS, `gpio${number}`, file), 'utf8').trim();
  try {
    const direction = read('direction') === 'out' ? 'out' : 'in';
    return { direction, high: (read('value') === '1') !== (read('active_low') === '1'), consumer: 'sysfs' };
  } catch {
    return {};
  }
}
