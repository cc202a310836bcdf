import { access, constants, readdir, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { EXIT } from '../../lifecycle/exit-code.ts';
import { type Check, configOf, type Finding, ok, warn } from './check.ts';

/** Whether there are GPIO chips and this user may open them. */
export const gpioCheck: Check = {
  name: 'gpio',
  exit: EXIT.no_permission,
  run: async (patient) => {
    const driver = configOf(patient)?.hardware.gpio.driver;
    if (driver === 'sim') return [ok('simulated pins, as the config says')];
    const chips = (await readdir('/dev')).filter((name) => /^gpiochip\d+$/.test(name)).sort();
    if (chips.length > 0) return Promise.all(chips.map((chip) => look(`/dev/${chip}`)));
    return [
      warn(
        'no /dev/gpiochip* on this machine',
        driver === 'auto'
          ? 'nothing to do: simulated pins take their place'
          : 'set `driver: sim`, or use a Raspberry Pi',
      ),
    ];
  },
};

async function look(device: string): Promise<Finding> {
  const label = await labelOf(device);
  const chip = label === undefined ? device : `${device} (${label})`;
  try {
    await access(device, constants.R_OK | constants.W_OK);
    return ok(`${chip} can be opened`);
  } catch {
    const { username } = userInfo();
    return warn(
      `${chip} may not be opened by ${username}`,
      `join the group that may, and log in again: sudo usermod -aG gpio ${username}`,
    );
  }
}

/** As sysfs has it, where it does: the label of the chip's device. */
async function labelOf(device: string): Promise<string | undefined> {
  const chip = device.slice('/dev/'.length);
  try {
    return (await readFile(`/sys/bus/gpio/devices/${chip}/of_node/name`, 'utf8')).replace('\0', '').trim();
  } catch {
    return undefined;
  }
}
