import { closeSync, openSync, readdirSync } from 'node:fs';
import { chipMissing, isHeader, lineOutOfRange } from '../header.ts';
import type { LineId } from '../ports.ts';
import { type ChipInfo, newChipInfo, readChipInfo } from './chip-info.ts';
import { busy, errnoName, failureOf } from '../failure.ts';
import { GPIO_GET_CHIPINFO, GPIO_V2_GET_LINE, GPIO_V2_GET_LINEINFO } from './ioctl.ts';
import type { Libc } from '../libc.ts';
import { type LineRecord, newLineInfo, readLineInfo } from './line-info.ts';
import { grantedFd } from './line-request.ts';

/** A chip under /dev. It is opened for each call, so a chip that went away and came back works again. */
export class Chip {
  readonly path: string;
  readonly label: string;
  readonly lineCount: number;
  readonly #libc: Libc;

  constructor(libc: Libc, path: string, info: ChipInfo) {
    this.#libc = libc;
    this.path = path;
    this.label = info.label;
    this.lineCount = info.lines;
  }

  /** @throws HardwareError HW_LINE_UNKNOWN */
  offsetOf(line: LineId): number {
    const offset = typeof line === 'number' ? line : this.lines().findIndex(({ name }) => name === line);
    if (offset >= 0 && offset < this.lineCount) return offset;
    throw lineOutOfRange(this, line);
  }

  /** By offset. */
  lines(): readonly LineRecord[] {
    return this.#withFd((fd) =>
      Array.from({ length: this.lineCount }, (_, offset) => lineInfo(this.#libc, fd, offset)),
    );
  }

  /**
   * Asks for lines, all or none; returns the descriptor that holds them until it is closed.
   * @throws HardwareError HW_LINE_BUSY, HW_ACCESS_DENIED, HW_LINE_GONE, HW_CHIP_MISSING, HW_SETTING_UNSUPPORTED,
   * HW_RESOURCES_SHORT
   */
  request(offsets: readonly number[], structure: Buffer): number {
    return this.#withFd((fd) => {
      try {
        this.#libc.ioctl(fd, GPIO_V2_GET_LINE, structure);
      } catch (error) {
        if (errnoName(error) !== 'EBUSY') throw failureOf(error, this.subject(...offsets));
        const consumerOf = (offset: number): string | undefined => lineInfo(this.#libc, fd, offset).consumer;
        const taken = offsets.find((offset) => consumerOf(offset) !== undefined);
        if (taken === undefined) throw busy(error, this.subject(...offsets), '');
        throw busy(error, this.subject(taken), consumerOf(taken) ?? '');
      }
      return grantedFd(structure);
    });
  }

  /** What to call lines in a message. */
  subject(...offsets: readonly number[]): string {
    return `line ${offsets.join(' and ')} of ${this.label}`;
  }

  #withFd<T>(use: (fd: number) => T): T {
    return withFd(this.path, use);
  }
}

function withFd<T>(path: string, use: (fd: number) => T): T {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r+');
    return use(fd);
  } catch (error) {
    throw failureOf(error, path);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function lineInfo(libc: Libc, fd: number, offset: number): LineRecord {
  const structure = newLineInfo(offset);
  libc.ioctl(fd, GPIO_V2_GET_LINEINFO, structure);
  return readLineInfo(structure);
}

/**
 * The chip that `wanted` names, by its label or by its name under /dev; without it, the header of a Raspberry Pi.
 * @throws HardwareError HW_CHIP_MISSING, or HW_ACCESS_DENIED when a chip that may be the one cannot be looked at
 */
export function findChip(libc: Libc, wanted: string | undefined): Chip {
  const wants = (chip: Chip): boolean =>
    wanted === undefined ? isHeader(chip.label) : [chip.label, chip.path].includes(wanted);
  const found: string[] = [];
  let refused: unknown;
  for (const path of chipPaths()) {
    try {
      const chip = open(libc, path);
      if (wants(chip)) return chip;
      found.push(`${chip.label} (${path})`);
    } catch (error) {
      refused ??= error;
    }
  }
  if (refused !== undefined) throw refused;
  throw chipMissing(wanted, found, '/dev/gpiochip*');
}

function chipPaths(): string[] {
  return readdirSync('/dev')
    .filter((name) => /^gpiochip\d+$/.test(name))
    .map((name) => `/dev/${name}`);
}

function open(libc: Libc, path: string): Chip {
  return withFd(path, (fd) => {
    const structure = newChipInfo();
    libc.ioctl(fd, GPIO_GET_CHIPINFO, structure);
    return new Chip(libc, path, readChipInfo(structure));
  });
}
