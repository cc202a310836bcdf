import { daylight, freezer, indoors, outdoors } from './air.ts';
import { SimBuses } from './buses.ts';
import { SimBme280 } from './chips/bme280.ts';
import { ds18b20Text } from './chips/ds18b20.ts';
import { simMcp3008 } from './chips/mcp3008.ts';
import type { SimClock } from './clock.ts';

/** The family of the DS18B20, at the beginning of its address. */
const DS18B20 = /^28-([0-9a-f]{12})$/;
/** Milliseconds by which two freezers are apart at most. */
const FREEZERS_APART_MS = 420_000;

/**
 * Buses with every chip that a config can name: a BME280 in the house at 0x76 and one outside at 0x77, an MCP3008 with photoresistors at
 * both chip selects, and at each address of a DS18B20 one in a freezer.
 */
export function wiredBuses(clock: SimClock): SimBuses {
  const buses = new SimBuses();
  buses.attachI2c(0x76, new SimBme280(() => indoors(clock.monotonic())));
  buses.attachI2c(0x77, new SimBme280(() => outdoors(clock.monotonic())));
  for (const chip_select of [0, 1]) {
    buses.spi(0, chip_select).peer = simMcp3008((channel) => daylight(clock.monotonic(), channel + 8 * chip_select));
  }
  buses.oneWire = (address) => {
    const [, serial] = DS18B20.exec(address) ?? [];
    if (serial === undefined) return undefined;
    return ds18b20Text(freezer(clock.monotonic(), Number.parseInt(serial, 16) % FREEZERS_APART_MS));
  };
  return buses;
}
