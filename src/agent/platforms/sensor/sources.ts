import type { Machine } from '#hw';

/** A measurement of the machine, with what Home Assistant has to know to show it. */
export interface Source {
  readonly unit: string;
  readonly device_class?: 'temperature' | 'duration';
  /** Digits after the point, in the payload and in Home Assistant. */
  readonly precision: number;
  /** Undefined where the machine does not have it. */
  read(machine: Machine): Promise<number | undefined>;
}

export const SOURCE_NAMES = ['cpu_temperature', 'cpu_load', 'memory_used', 'disk_used', 'uptime'] as const;
export type SourceName = (typeof SOURCE_NAMES)[number];

export const SOURCES: Readonly<Record<SourceName, Source>> = {
  cpu_temperature: {
    unit: '°C',
    device_class: 'temperature',
    precision: 1,
    read: (machine) => machine.cpuTemperature(),
  },
  cpu_load: {
    unit: '%',
    precision: 0,
    read: async (machine) => machine.load() * 100,
  },
  memory_used: {
    unit: '%',
    precision: 0,
    read: async (machine) => {
      const memory = await machine.memory();
      return memory && (1 - memory.available_bytes / memory.total_bytes) * 100;
    },
  },
  disk_used: {
    unit: '%',
    precision: 0,
    read: async (machine) => {
      const disk = await machine.disk('/');
      return disk && (1 - disk.available_bytes / disk.total_bytes) * 100;
    },
  },
  uptime: {
    unit: 's',
    device_class: 'duration',
    precision: 0,
    read: async (machine) => machine.uptime(),
  },
};
