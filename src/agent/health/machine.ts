import type { Machine } from '#hw';
import type { MachineHealth } from '#topics';

/** What the computer says of itself; what it does not have is left out. `folder` is where the database is. */
export async function machineHealth(machine: Machine, folder: string): Promise<MachineHealth> {
  const [temperature_c, memory, disk, throttling] = await Promise.all([
    machine.cpuTemperature(),
    machine.memory(),
    machine.disk(folder),
    machine.throttling(),
  ]);
  return {
    load_1m: round(machine.load()),
    ...(temperature_c !== undefined && { cpu_temperature_c: round(temperature_c) }),
    ...(memory && { memory_available_bytes: memory.available_bytes }),
    ...(disk && { disk_free_bytes: disk.available_bytes }),
    ...(throttling && {
      throttled: { now: throttling.now.throttled, latched: throttling.ever.throttled },
      undervoltage: { now: throttling.now.undervoltage, latched: throttling.ever.undervoltage },
    }),
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;
