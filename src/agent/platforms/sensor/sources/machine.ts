import { z } from 'zod';
import type { Measure } from '../measure.ts';

const SOURCE_NAMES = ['cpu_temperature', 'cpu_load', 'memory_used', 'disk_used', 'uptime', 'wifi_signal'] as const;

/** What the machine tells about itself. */
export const machineSource = {
  source: z.enum(SOURCE_NAMES).meta({
    description:
      'What of the machine is measured; `cpu_load` is the load of the last minute by core: above 100 % something waits; `wifi_signal` is in dBm, of the first interface that is connected',
  }),
};

const share = (used: number): number => used * 100;

export const MACHINE_MEASURES: Readonly<Record<(typeof SOURCE_NAMES)[number], Measure>> = {
  cpu_temperature: {
    unit: '°C',
    device_class: 'temperature',
    precision: 1,
    diagnostic: true,
    read: ({ machine }) => machine.cpuTemperature(),
  },
  cpu_load: {
    unit: '%',
    precision: 0,
    diagnostic: true,
    read: async ({ machine }) => share(machine.load()),
  },
  memory_used: {
    unit: '%',
    precision: 0,
    diagnostic: true,
    read: async ({ machine }) => {
      const memory = await machine.memory();
      return memory && share(1 - memory.available_bytes / memory.total_bytes);
    },
  },
  disk_used: {
    unit: '%',
    precision: 0,
    diagnostic: true,
    read: async ({ machine }) => {
      const disk = await machine.disk('/');
      return disk && share(1 - disk.available_bytes / disk.total_bytes);
    },
  },
  uptime: {
    unit: 's',
    device_class: 'duration',
    precision: 0,
    diagnostic: true,
    read: async ({ machine }) => machine.uptime(),
  },
  wifi_signal: {
    unit: 'dBm',
    device_class: 'signal_strength',
    precision: 0,
    diagnostic: true,
    read: ({ machine }) => machine.wifiSignal(),
  },
};
