import { access, constants, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A device under /dev that is on a bus, or the bus itself. */
export interface BusDevice {
  readonly path: string;
  /** Whether this user may read and write it. */
  readonly allowed: boolean;
}

/** What is on the buses of the machine, and what its boot config switches on. Opens nothing. */
export interface Inventory {
  readonly spi: readonly BusDevice[];
  readonly i2c: readonly BusDevice[];
  /** Addresses on the 1-wire bus; undefined where there is no such bus. */
  readonly one_wire: readonly string[] | undefined;
  /** The lines of config.txt that load or set something in the device tree. */
  readonly boot_settings: readonly string[];
}

/** Where the config of the boot is: since Raspberry Pi OS 12, and before. */
const BOOT_CONFIGS = ['boot/firmware/config.txt', 'boot/config.txt'];

/** `root`: the folder that stands for `/`. */
export async function takeInventory(root = '/'): Promise<Inventory> {
  return {
    spi: await devices(root, /^spidev\d+\.\d+$/),
    i2c: await devices(root, /^i2c-\d+$/),
    one_wire: await oneWire(root),
    boot_settings: await bootSettings(root),
  };
}

async function devices(root: string, name: RegExp): Promise<readonly BusDevice[]> {
  const names = (await list(join(root, 'dev'))) ?? [];
  const found = names.filter((each) => name.test(each)).toSorted();
  return Promise.all(
    found.map(async (each) => {
      const path = join(root, 'dev', each);
      const allowed = await access(path, constants.R_OK | constants.W_OK).then(
        () => true,
        () => false,
      );
      return { path: `/dev/${each}`, allowed };
    }),
  );
}

/** A family, a dash and a serial number; the other folders are the bus itself. */
async function oneWire(root: string): Promise<readonly string[] | undefined> {
  const names = await list(join(root, 'sys/bus/w1/devices'));
  return names?.filter((name) => /^[0-9a-f]{2}-[0-9a-f]{12}$/.test(name)).toSorted();
}

async function bootSettings(root: string): Promise<readonly string[]> {
  for (const path of BOOT_CONFIGS) {
    try {
      const text = await readFile(join(root, path), 'utf8');
      return text
        .split('\n')
        .flatMap((line) => /^\s*(?<setting>dt(?:overlay|param)=\S+)/.exec(line)?.groups?.['setting'] ?? []);
    } catch {
      // It is not there, or not for this user.
    }
  }
  return [];
}

const list = (folder: string): Promise<string[] | undefined> => readdir(folder).catch(() => undefined);
