import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HardwareError } from '../errors.ts';
import { errnoName } from '../failure.ts';

const DEVICES = '/sys/bus/w1/devices';

/** Where the kernel shows the device at an address. */
export const oneWirePath = (address: string): string => join(DEVICES, address);

/**
 * What the kernel's driver of a device says, from `w1_slave`. The kernel measures meanwhile, which a thread of libuv's waits for.
 * @throws HardwareError HW_BUS_MISSING, HW_NO_ANSWER
 */
export async function readW1(address: string, folder = DEVICES): Promise<string> {
  try {
    return await readFile(join(folder, address, 'w1_slave'), 'utf8');
  } catch (cause) {
    if (errnoName(cause) === 'ENOENT') throw await missing(address, folder);
    const message = `1-wire sensor ${address}: it does not answer (${errnoName(cause) ?? String(cause)})`;
    throw new HardwareError('HW_NO_ANSWER', message, { cause });
  }
}

async function missing(address: string, folder: string): Promise<HardwareError> {
  const found = await readdir(folder).catch(() => []);
  if (found.length === 0) return new HardwareError('HW_BUS_MISSING', `there is no 1-wire bus: ${folder} is not there`);
  // A family, a dash and a serial number; the others are the bus itself.
  const sensors = found.filter((name) => /^[0-9a-f]{2}-[0-9a-f]{12}$/.test(name));
  const rest = sensors.length === 0 ? 'nothing is on it' : `on it are ${sensors.join(', ')}`;
  return new HardwareError('HW_NO_ANSWER', `the 1-wire bus has no ${address}: ${rest}`);
}
