import type { Buses } from './ports.ts';

/** The buses of a real machine. */
export const linuxBuses: Buses = {
  openSpi: async (settings) => {
    const { openSpidev } = await import('./spi/spidev.ts');
    return openSpidev(settings);
  },
  openI2c: async (settings) => {
    const { openI2cDev } = await import('./i2c/i2c-dev.ts');
    return openI2cDev(settings);
  },
};
