import { createRequire } from 'node:module';
import type * as Pigpio from 'pigpio';
import { HardwareError } from '../errors.ts';
import type { Machine } from '../machine/machine.ts';
import { keepSignals } from './signals.ts';

export type Library = typeof Pigpio;

const NOT_LOADED = 'the npm package pigpio is not installed, or was installed while the C library pigpio was not there';

/**
 * The npm package pigpio, where it can work at all. Without the C library it installs as an empty addon, and says so by twenty
 * lines on the standard error only when it is loaded: the addon alone is tried first.
 * @throws HardwareError HW_DRIVER_NOT_AVAILABLE
 */
export async function loadLibrary(machine: Machine): Promise<Library> {
  const model = (await machine.model()) ?? 'another machine';
  if (!/^Raspberry Pi (?!5|500|Compute Module 5)/.test(model)) {
    throw notAvailable(
      `pigpio knows the pins of the Raspberry Pi 0 to 4 alone, and this is ${model}; cdev works on all`,
    );
  }
  const require = createRequire(import.meta.url);
  try {
    const addon: unknown = require('pigpio/build/Release/pigpio.node');
    if (typeof addon === 'object') return require('pigpio') as Library;
  } catch (cause) {
    throw notAvailable(NOT_LOADED, cause);
  }
  throw notAvailable(NOT_LOADED);
}

/**
 * Takes the pins, for the whole process. Nothing listens on the network or a pipe, as pigpio does by itself.
 * @throws HardwareError HW_ACCESS_DENIED, HW_DRIVER_NOT_AVAILABLE
 */
export function takePins(library: Library): void {
  try {
    library.configureInterfaces(library.DISABLE_FIFO_IF | library.DISABLE_SOCK_IF);
    keepSignals(() => library.initialize());
  } catch (cause) {
    if (process.getuid?.() !== 0) {
      throw new HardwareError('HW_ACCESS_DENIED', 'pigpio needs root; cdev does not', { cause });
    }
    throw notAvailable(
      'pigpio did not start; the daemon pigpiod, or another program with it, may have the pins',
      cause,
    );
  }
}

const notAvailable = (message: string, cause?: unknown): HardwareError =>
  new HardwareError('HW_DRIVER_NOT_AVAILABLE', message, { cause });
