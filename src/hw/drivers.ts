import { HardwareError } from './errors.ts';
import type { Driver } from './ports.ts';
import type { Board } from './sim/boards.ts';
import type { SimControl } from './sim/control.ts';

export type DriverName = 'cdev' | 'onoff' | 'pigpio' | 'sim';

export interface DriverSettings {
  readonly driver: DriverName | 'auto';
  /** The board that the sim driver imitates. */
  readonly board: Board;
}

export interface OpenedDriver {
  readonly driver: Driver;
  /** Why it is this one, a sentence for the log and `doctor`. */
  readonly reason: string;
  /** The world around the pins; only with the sim driver. */
  readonly sim?: SimControl;
}

type Loader = (settings: DriverSettings) => Promise<Omit<OpenedDriver, 'reason'>>;

/** Every driver, loaded when it is first used. A new one is a folder beside this file and a line here. */
const DRIVERS: Readonly<Partial<Record<DriverName, Loader>>> = {
  sim: async ({ board }) => {
    const { SimDriver } = await import('./sim/driver.ts');
    const driver = new SimDriver({ board });
    return { driver, sim: driver.control };
  },
};

/** @throws HardwareError HW_DRIVER_NOT_AVAILABLE */
export async function openDriver(settings: DriverSettings): Promise<OpenedDriver> {
  if (settings.driver === 'auto') {
    const reason = 'auto chose sim: this version has no driver for real pins';
    return { ...(await load('sim', settings)), reason };
  }
  return { ...(await load(settings.driver, settings)), reason: 'the config names it' };
}

function load(name: DriverName, settings: DriverSettings): ReturnType<Loader> {
  const loader = DRIVERS[name];
  if (loader) return loader(settings);
  const known = Object.keys(DRIVERS).join(', ');
  throw new HardwareError(
    'HW_DRIVER_NOT_AVAILABLE',
    `the GPIO driver ${name} is not in this version; it has: ${known}`,
  );
}
