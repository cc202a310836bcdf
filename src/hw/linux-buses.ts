import { Turns } from './i2c/turns.ts';
import type { Buses, I2cBus, I2cSettings, SpiBus, SpiSettings } from './ports.ts';

/** The buses of a real machine. */
export class LinuxBuses implements Buses {
  readonly #turns = new Turns();

  async openSpi(settings: SpiSettings): Promise<SpiBus> {
    const { openSpidev } = await import('./spi/spidev.ts');
    return openSpidev(settings);
  }

  async openI2c(settings: I2cSettings): Promise<I2cBus> {
    const { openI2cDev } = await import('./i2c/i2c-dev.ts');
    return openI2cDev(settings, this.#turns);
  }

  async readOneWire(address: string): Promise<string> {
    const { readW1 } = await import('./one-wire/w1.ts');
    return readW1(address);
  }
}
