import type { Machine, Throttling } from '#hw';
import type { MachineHealth } from '#topics';
import { clockSynchronised } from './clock-state.ts';

/**
 * What the computer says of itself; what it does not have is left out. `folder` is where the database is, `throttling`
 * what was seen since the node started.
 */
export async function machineHealth(
  machine: Machine,
  folder: string,
  throttling: Throttling | undefined,
): Promise<MachineHealth> {
  const [temperature_c, memory, disk, clock_synchronised] = await Promise.all([
    machine.cpuTemperature(),
    machine.memory(),
    machine.disk(folder),
    clockSynchronised(),
  ]);
  return {
    load_1m: round(machine.load()),
    ...(temperature_c !== undefined && { cpu_temperature_c: round(temperature_c) }),
    ...(memory && { memory_available_bytes: memory.available_bytes }),
    ...(disk && { disk_free_bytes: disk.available_bytes }),
    ...(clock_synchronised !== undefined && { clock_synchronised }),
    ...(throttling && {
      throttled: { now: throttling.now.throttled, latched: throttling.latched.throttled },
      undervoltage: { now: throttling.now.undervoltage, latched: throttling.latched.undervoltage },
    }),
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;
