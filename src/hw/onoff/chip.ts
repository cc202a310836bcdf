import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HardwareError } from '../errors.ts';
import { failureOf } from '../failure.ts';
import { chipMissing, isHeader, lineOutOfRange } from '../header.ts';
import type { LineId } from '../ports.ts';

export const CLASS = '/sys/class/gpio';

/** A chip as sysfs shows it: a range of the kernel's numbers. */
export class SysfsChip {
  readonly label: string;
  readonly lineCount: number;
  /** The kernel's number of line 0. It differs between kernels and boards: 512 on a Pi 4, 571 on a Pi 5, 0 before 6.6. */
  readonly base: number;

  constructor(label: string, base: number, lineCount: number) {
    this.label = label;
    this.base = base;
    this.lineCount = lineCount;
  }

  /**
   * The kernel's number of a line.
   * @throws HardwareError HW_LINE_UNKNOWN
   */
  numberOf(line: LineId): number {
    if (typeof line === 'string') {
      const message = `${this.label}, line ${JSON.stringify(line)}: sysfs, which onoff uses, knows no names; give its number`;
      throw new HardwareError('HW_LINE_UNKNOWN', message);
    }
    if (line < 0 || line >= this.lineCount) throw lineOutOfRange(this, line);
    return this.base + line;
  }
}

/**
 * The chip that `wanted` names by its label; without it, the header of a Raspberry Pi.
 * @throws HardwareError HW_DRIVER_NOT_AVAILABLE, HW_CHIP_MISSING
 */
export function findSysfsChip(wanted: string | undefined): SysfsChip {
  if (!existsSync(CLASS)) {
    throw new HardwareError('HW_DRIVER_NOT_AVAILABLE', `this kernel has no ${CLASS}, which the driver onoff needs`);
  }
  const chips = chipsOf(CLASS);
  const chip = chips.find(({ label }) => (wanted === undefined ? isHeader(label) : label === wanted));
  if (chip !== undefined) return chip;
  const found = chips.map(({ label }) => label);
  throw chipMissing(wanted, found, `${CLASS}/gpiochip*`);
}

function chipsOf(folder: string): SysfsChip[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith('gpiochip'))
    .map((name) => {
      const text = (file: string): string => {
        try {
          return readFileSync(join(folder, name, file), 'utf8').trim();
        } catch (error) {
          throw failureOf(error, name);
        }
      };
      return new SysfsChip(text('label'), Number(text('base')), Number(text('ngpio')));
    });
}
