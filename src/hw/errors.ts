/**
 * What can go wrong with the hardware. `retryable` says whether the same call can succeed later without anybody's help.
 * docs/ERRORS.md explains each one.
 */
export const HARDWARE_ERRORS = {
  HW_DRIVER_NOT_AVAILABLE: {
    retryable: false,
    remedy: 'set `hardware.gpio.driver` to a driver that this version has, or to auto',
  },
  HW_CHIP_MISSING: {
    retryable: false,
    remedy: 'load the device-tree overlay of the chip, or set `hardware.gpio.chip` to one that `pinbus doctor` lists',
  },
  HW_LINE_UNKNOWN: {
    retryable: false,
    remedy: 'use a line of the header (BCM numbers 0 to 27), or a name that `pinbus doctor` lists',
  },
  HW_LINE_BUSY: {
    retryable: true,
    remedy: 'stop the program that holds the line, or take the device-tree overlay that does out of config.txt',
  },
  HW_ACCESS_DENIED: {
    retryable: false,
    remedy: 'add the user that runs pinbus to the group of the device (gpio, spi or i2c) and start pinbus again',
  },
  HW_LINE_GONE: {
    retryable: true,
    remedy: 'check the wiring and the kernel log; the line is tried again by itself',
  },
  HW_SETTING_UNSUPPORTED: {
    retryable: false,
    remedy: 'leave `bias` and `drive` as they are by default, or use a line of the header',
  },
  HW_RESOURCES_SHORT: {
    retryable: true,
    remedy: 'raise LimitNOFILE in the unit, or close what has so many files open; the line is tried again by itself',
  },
  HW_PWM_UNSUPPORTED: {
    retryable: false,
    remedy:
      'set `hardware.gpio.driver` to auto, which has PWM on every line, or `brightness: false` for on and off only',
  },
  HW_VALUE_OUT_OF_RANGE: {
    retryable: false,
    remedy: 'give a duty from 0 to 1 and a frequency above 0 Hz',
  },
  HW_PACKAGE_MISSING: {
    retryable: false,
    remedy: 'install a compiler (apt install build-essential), then pinbus again, without `--omit=optional`',
  },
  HW_BUS_MISSING: {
    retryable: false,
    remedy:
      'switch the bus on in /boot/firmware/config.txt (dtparam=spi=on, dtparam=i2c_arm=on or dtoverlay=w1-gpio) and restart the machine',
  },
  HW_BUS_BUSY: {
    retryable: true,
    remedy: 'take the device-tree overlay of the device out of config.txt: a driver of the kernel has it',
  },
  HW_BUS_REFUSED: {
    retryable: false,
    remedy: 'use another bus of the machine: this one has not what the device needs',
  },
  HW_MESSAGE_TOO_LONG: {
    retryable: false,
    remedy: 'add spidev.bufsiz=65536 to /boot/firmware/cmdline.txt and restart the machine',
  },
  HW_NO_ANSWER: {
    retryable: true,
    remedy: 'check the wiring, the power and the address of the device; it is tried again by itself',
  },
  HW_READING_REFUSED: {
    retryable: true,
    remedy: 'check the wiring, the power and the pull-up resistor; it is read again by itself',
  },
  HW_CLOSED: { retryable: false, remedy: 'this is a fault of pinbus: please report it with the log' },
} as const satisfies Readonly<Record<string, { readonly retryable: boolean; readonly remedy: string }>>;

export type HardwareErrorCode = keyof typeof HARDWARE_ERRORS;

export class HardwareError extends Error {
  readonly code: HardwareErrorCode;
  readonly retryable: boolean;
  readonly remedy: string;

  constructor(code: HardwareErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HardwareError';
    this.code = code;
    this.retryable = HARDWARE_ERRORS[code].retryable;
    this.remedy = HARDWARE_ERRORS[code].remedy;
  }
}
