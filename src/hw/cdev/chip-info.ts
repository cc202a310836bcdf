import { CHIP_INFO_BYTES } from './ioctl.ts';
import { NAME_BYTES, readName } from './text.ts';

/** struct gpiochip_info [include/uapi/linux/gpio.h]. */
export interface ChipInfo {
  /** Such as gpiochip0; says nothing about which chip it is. */
  readonly name: string;
  /** What kind of chip it is, such as pinctrl-rp1. */
  readonly label: string;
  readonly lines: number;
}

export const newChipInfo = (): Buffer => Buffer.alloc(CHIP_INFO_BYTES);

export const readChipInfo = (structure: Buffer): ChipInfo => ({
  name: readName(structure, 0),
  label: readName(structure, NAME_BYTES),
  lines: structure.readUInt32LE(2 * NAME_BYTES),
});
