import { HardwareError } from './errors.ts';
import { LinuxMachine, type Machine } from './machine/machine.ts';
import { LinuxBuses } from './linux-buses.ts';
import { optionalPackage } from './optional-package.ts';
import type { Buses, Driver } from './ports.ts';
import type { Board } from './sim/boards.ts';
import type { SimControl } from './sim/control.ts';

/** As the config has them. */
export const DRIVER_NAMES = ['cdev', 'onoff', 'pigpio', 'sim'] as const;

export type DriverName = (typeof DRIVER_NAMES)[number];

export interface DriverSettings {
  readonly driver: DriverName | 'auto';
  /** The label of the chip to use, or its path under /dev; without it, the header of a Raspberry Pi. */
  readonly chip?: string | undefined;
  /** The board that the sim driver imitates. */
  readonly board: Board;
}

export interface OpenedDriver {
  readonly driver: Driver;
  /** The buses of the same machine. */
  readonly buses: Buses;
  /** Why it is this one, a sentence for the log and `doctor`. */
  readonly reason: string;
  /** The world around the pins; only with the sim driver. */
  readonly sim?: SimControl;
}

type Loader = (settings: DriverSettings, machine: Machine) => Promise<Omit<OpenedDriver, 'reason'>>;

/** Every driver, loaded when it is first used. A new one is a folder beside this file, its name above and a line here. */
const DRIVERS: Readonly<Record<DriverName, Loader>> = {
  cdev: async ({ chip }) => {
    const { openCdev } = await import('./cdev/driver.ts');
    return { driver: await openCdev(chip), buses: new LinuxBuses() };
  },
  onoff: async ({ chip }) => {
    const { openOnoff } = await optionalPackage('onoff', () => import('./onoff/driver.ts'));
    return { driver: openOnoff(chip), buses: new LinuxBuses() };
  },
  pigpio: async (_settings, machine) => {
    const { openPigpio } = await import('./pigpio/driver.ts');
    return { driver: await openPigpio(machine), buses: new LinuxBuses() };
  },
  sim: async ({ board }) => {
    const { SimDriver } = await import('./sim/driver.ts');
    const { wiredBuses } = await import('./sim/wired.ts');
    const { processClock } = await import('./sim/clock.ts');
    const driver = new SimDriver({ board });
    return { driver, buses: wiredBuses(processClock), sim: driver.control };
  },
};

/** @throws HardwareError HW_DRIVER_NOT_AVAILABLE, HW_PACKAGE_MISSING, HW_CHIP_MISSING, HW_ACCESS_DENIED */
export async function openDriver(
  settings: DriverSettings,
  machine: Machine = new LinuxMachine(),
): Promise<OpenedDriver> {
  if (settings.driver === 'auto') return choose(settings, machine);
  return { ...(await DRIVERS[settings.driver](settings, machine)), reason: 'the config names it' };
}

/** Real pins wherever there are some. Without them a Raspberry Pi has a fault that must show; any other machine simulates. */
async function choose(settings: DriverSettings, machine: Machine): Promise<OpenedDriver> {
  try {
    return {
      ...(await DRIVERS.cdev(settings, machine)),
      reason: 'auto chose cdev: the kernel has the chip of the pins',
    };
  } catch (error) {
    const mustHavePins = settings.chip !== undefined || (await machine.model())?.startsWith('Raspberry Pi') === true;
    if (mustHavePins || !(error instanceof HardwareError)) throw error;
    return { ...(await DRIVERS.sim(settings, machine)), reason: `auto chose sim: ${error.message}` };
  }
}
