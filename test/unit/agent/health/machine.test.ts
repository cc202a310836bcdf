import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LinuxMachine } from '#hw';
import { afterEach, describe, expect, it } from 'vitest';
import { clockSynchronised } from '../../../../src/agent/health/clock-state.ts';
import { machineHealth } from '../../../../src/agent/health/machine.ts';

describe('what the machine says of itself', () => {
  const root = mkdtempSync(join(tmpdir(), 'pinbus-machine-'));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function file(path: string, text: string): void {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  it('leaves out what a machine does not have', async () => {
    const health = await machineHealth(new LinuxMachine(root), join(root, 'nowhere'), undefined);
    for (const key of ['cpu_temperature_c', 'memory_available_bytes', 'disk_free_bytes', 'throttled', 'undervoltage']) {
      expect(health).not.toHaveProperty(key);
    }
  });

  it('has temperature, memory, disk and what slows a Pi down', async () => {
    file('sys/class/thermal/thermal_zone0/type', 'cpu-thermal\n');
    file('sys/class/thermal/thermal_zone0/temp', '48312\n');
    file('proc/meminfo', 'MemTotal: 4000 kB\nMemAvailable: 1000 kB\n');
    file('sys/devices/platform/soc/soc:firmware/get_throttled', '50000\n');
    const machine = new LinuxMachine(root);
    expect(await machineHealth(machine, root, await machine.throttling())).toMatchObject({
      cpu_temperature_c: 48.31,
      memory_available_bytes: 1_024_000,
      disk_free_bytes: expect.any(Number) as number,
      throttled: { now: false, latched: true },
      undervoltage: { now: false, latched: true },
    });
  });

  it('says of the clock what the time service says, and nothing where there is none', async () => {
    expect(await clockSynchronised(join(root, 'timesync'))).toBeUndefined();
    mkdirSync(join(root, 'timesync'), { recursive: true });
    expect(await clockSynchronised(join(root, 'timesync'))).toBe(false);
    file('timesync/synchronized', '');
    expect(await clockSynchronised(join(root, 'timesync'))).toBe(true);
  });
});
