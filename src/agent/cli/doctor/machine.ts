import { LinuxMachine, type Machine } from '#hw';
import { EXIT } from '../../lifecycle/exit-code.ts';
import { type Check, type Finding, ok, warn } from './check.ts';

const POWER = 'use a power supply and a cable that are made for this Pi: at low voltage it loses data on its card';

/** Which computer this is, and whether its power is good. */
export const machineCheck: Check = {
  name: 'machine',
  exit: EXIT.unavailable,
  run: () => lookAtMachine(new LinuxMachine()),
};

export async function lookAtMachine(machine: Machine): Promise<readonly Finding[]> {
  const model = await machine.model();
  return [ok(model ?? 'no Raspberry Pi, by the device tree'), ...powerFindings(await machine.throttling())];
}

function powerFindings(throttling: Awaited<ReturnType<Machine['throttling']>>): readonly Finding[] {
  if (throttling === undefined) return [];
  if (throttling.now.undervoltage) return [warn('the voltage is too low now', POWER)];
  if (throttling.latched.undervoltage) return [warn('the voltage was too low a moment ago', POWER)];
  if (throttling.now.throttled || throttling.now.soft_temperature_limit) {
    return [warn('the processor is slowed down, because it is too hot', 'give it a cooler, or more air')];
  }
  return [ok('the voltage is high enough now')];
}
