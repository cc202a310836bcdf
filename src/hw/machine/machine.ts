import { readdir, readFile, statfs } from 'node:fs/promises';
import { availableParallelism, loadavg, uptime } from 'node:os';
import { join } from 'node:path';
import { type Memory, parseMeminfo, parseThrottled, parseWireless, parseWritten, type Throttling } from './parse.ts';

export interface Disk {
  readonly total_bytes: number;
  /** What a user that is not root can still write. */
  readonly available_bytes: number;
}

/** Facts about the computer. Whatever it does not have is undefined. */
export interface Machine {
  /** The board, such as `Raspberry Pi 5 Model B Rev 1.0`. */
  model(): Promise<string | undefined>;
  /** °C. */
  cpuTemperature(): Promise<number | undefined>;
  /** Runnable processes over the last minute per core: 1 is a machine with nothing to spare. */
  load(): number;
  memory(): Promise<Memory | undefined>;
  /** The file system that `path` is on. */
  disk(path: string): Promise<Disk | undefined>;
  /** Bytes that this process sent to disks since it started. */
  written(): Promise<number | undefined>;
  /** Seconds since boot. */
  uptime(): number;
  /**
   * `latched` goes back to the last look of the kernel's driver rpi_volt, which takes one every two seconds and has the
   * firmware forget what it latched (drivers/hwmon/raspberrypi-hwmon.c).
   */
  throttling(): Promise<Throttling | undefined>;
  /** dBm of the Wi-Fi that the machine is connected with. */
  wifiSignal(): Promise<number | undefined>;
}

/** The names that the processor's thermal zone has: on a Pi, elsewhere on ARM, and on a PC. */
const CPU_ZONES = ['cpu-thermal', 'cpu_thermal', 'soc-thermal', 'x86_pkg_temp', 'acpitz'];

export class LinuxMachine implements Machine {
  /** The folder that stands for `/`. */
  readonly #root: string;
  /** Where the firmware's word on throttling was found: it is asked often, and stays where it is. */
  #throttled: string | undefined;

  constructor(root = '/') {
    this.#root = root;
  }

  async model(): Promise<string | undefined> {
    // Strings of the device tree end with a NUL.
    const text = await this.#read('proc/device-tree/model');
    return text?.replaceAll('\0', '').trim() || undefined;
  }

  async cpuTemperature(): Promise<number | undefined> {
    for (const zone of await this.#zones()) {
      const millidegrees = Number.parseInt((await this.#read(join(zone, 'temp'))) ?? '', 10);
      if (Number.isFinite(millidegrees)) return millidegrees / 1_000;
    }
    return undefined;
  }

  load(): number {
    return (loadavg()[0] ?? 0) / availableParallelism();
  }

  async memory(): Promise<Memory | undefined> {
    return parseMeminfo((await this.#read('proc/meminfo')) ?? '');
  }

  async disk(path: string): Promise<Disk | undefined> {
    try {
      const { blocks, bavail, bsize } = await statfs(path);
      return blocks > 0 ? { total_bytes: blocks * bsize, available_bytes: bavail * bsize } : undefined;
    } catch {
      return undefined;
    }
  }

  async written(): Promise<number | undefined> {
    return parseWritten((await this.#read('proc/self/io')) ?? '');
  }

  uptime(): number {
    return uptime();
  }

  async throttling(): Promise<Throttling | undefined> {
    this.#throttled ??= await this.#findThrottled();
    return this.#throttled === undefined ? undefined : parseThrottled((await this.#read(this.#throttled)) ?? '');
  }

  async wifiSignal(): Promise<number | undefined> {
    return parseWireless((await this.#read('proc/net/wireless')) ?? '');
  }

  async #findThrottled(): Promise<string | undefined> {
    for (const soc of await this.#list('sys/devices/platform', /^soc/)) {
      for (const firmware of await this.#list(soc, /:firmware$/)) {
        const file = join(firmware, 'get_throttled');
        if ((await this.#read(file)) !== undefined) return file;
      }
    }
    return undefined;
  }

  /** The processor's zones, best first. */
  async #zones(): Promise<string[]> {
    const zones: { readonly zone: string; readonly rank: number }[] = [];
    for (const zone of await this.#list('sys/class/thermal', /^thermal_zone\d+$/)) {
      const rank = CPU_ZONES.indexOf((await this.#read(join(zone, 'type')))?.trim() ?? '');
      if (rank >= 0) zones.push({ zone, rank });
    }
    return zones.toSorted((a, b) => a.rank - b.rank).map(({ zone }) => zone);
  }

  /** Undefined for whatever cannot be read: the kernel has no such file, or hides it from this user. */
  async #read(path: string): Promise<string | undefined> {
    try {
      return await readFile(join(this.#root, path), 'utf8');
    } catch {
      return undefined;
    }
  }

  async #list(folder: string, name: RegExp): Promise<string[]> {
    try {
      const names = await readdir(join(this.#root, folder));
      return names.filter((entry) => name.test(entry)).map((entry) => join(folder, entry));
    } catch {
      return [];
    }
  }
}
