/**
 * The requests of the GPIO character device, uAPI v2 [include/uapi/linux/gpio.h], as _IOC() puts them together
 * [include/uapi/asm-generic/ioctl.h]: direction (2 bits), size of the structure (14), type (8), number (8).
 */
const READ = 2;
const READ_AND_WRITE = 3;
const GPIO_TYPE = 0xb4;

const request = (direction: number, number: number, size: number): number =>
  ((direction << 30) | (size << 16) | (GPIO_TYPE << 8) | number) >>> 0;

/** Sizes of the structures in bytes, the same on every architecture: all 64-bit fields in them are aligned. */
export const CHIP_INFO_BYTES = 68;
export const LINE_INFO_BYTES = 256;
export const LINE_REQUEST_BYTES = 592;
export const LINE_CONFIG_BYTES = 272;
export const LINE_VALUES_BYTES = 16;

export const GPIO_GET_CHIPINFO = request(READ, 0x01, CHIP_INFO_BYTES);
export const GPIO_V2_GET_LINEINFO = request(READ_AND_WRITE, 0x05, LINE_INFO_BYTES);
export const GPIO_V2_GET_LINE = request(READ_AND_WRITE, 0x07, LINE_REQUEST_BYTES);
export const GPIO_V2_LINE_SET_CONFIG = request(READ_AND_WRITE, 0x0d, LINE_CONFIG_BYTES);
export const GPIO_V2_LINE_GET_VALUES = request(READ_AND_WRITE, 0x0e, LINE_VALUES_BYTES);
export const GPIO_V2_LINE_SET_VALUES = request(READ_AND_WRITE, 0x0f, LINE_VALUES_BYTES);
