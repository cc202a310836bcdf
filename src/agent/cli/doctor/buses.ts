import { type BusDevice, HARDWARE_ERRORS, type Inventory, oneWirePath, takeInventory } from '#hw';
import { EXIT } from '../../lifecycle/exit-code.ts';
import type { EntityConfig } from '../../platforms/platform.ts';
import { platformOf } from '../../platforms/platforms.ts';
import { type Check, configOf, type Finding, ok, warn } from './check.ts';

/** What is on SPI, I2C and 1-wire, what the boot config switches on, and what the sensors of the config miss. Opens nothing. */
export const busesCheck: Check = {
  name: 'bus',
  exit: EXIT.no_permission,
  run: async (patient) => {
    const config = configOf(patient);
    if (config?.hardware.gpio.driver === 'sim') return [ok('simulated buses, as the config says')];
    return lookAtBuses(await takeInventory(), config?.entities ?? []);
  },
};

export function lookAtBuses(inventory: Inventory, entities: readonly EntityConfig[]): readonly Finding[] {
  const { spi, i2c, one_wire, boot_settings } = inventory;
  const settings = boot_settings.length === 0 ? [] : [ok(`config.txt has ${boot_settings.join(', ')}`)];
  return [
    ...devicesFindings('SPI', spi),
    ...devicesFindings('I2C', i2c),
    ok(one_wire === undefined ? 'no 1-wire bus' : `1-wire: ${one_wire.join(', ') || 'nothing on it'}`),
    ...settings,
    ...entities.flatMap((entity) => missing(entity, inventory)),
  ];
}

function devicesFindings(name: string, devices: readonly BusDevice[]): readonly Finding[] {
  const denied = devices.filter(({ allowed }) => !allowed);
  const paths = devices.map(({ path }) => path).join(', ');
  return [
    ok(devices.length === 0 ? `no ${name}` : `${name}: ${paths}`),
    ...denied.map(({ path }) => warn(`${path}: this user may not open it`, HARDWARE_ERRORS.HW_ACCESS_DENIED.remedy)),
  ];
}

/** Of an entity on a chip: whether the chip's place is there. */
function missing(entity: EntityConfig, { spi, i2c, one_wire = [] }: Inventory): readonly Finding[] {
  const place = platformOf(entity.platform)?.place?.(entity);
  const places = [...spi, ...i2c].map(({ path }) => path).concat(one_wire.map(oneWirePath));
  if (place === undefined || places.includes(place)) return [];
  return [warn(`${entity.id}: there is no ${place}`, HARDWARE_ERRORS.HW_BUS_MISSING.remedy)];
}
