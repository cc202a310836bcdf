import { HardwareError } from '../errors.ts';
import type { Buses, I2cBus, I2cSettings, SpiBus, SpiSettings } from '../ports.ts';
import { type I2cPeer, SimI2c } from './i2c.ts';
import { SimSpi, SimSpiDevice } from './spi.ts';

/** SPI 0 with its two chip selects, and I2C 1: what a Pi's header has. */
const SPI_BUS = 0;
const SPI_CHIP_SELECTS = [0, 1] as const;
const I2C_BUS = 1;

/** What the kernel's driver says of the device at an address; undefined: there is none. */
export type OneWirePeer = (address: string) => string | undefined;

/** The buses of a header without a Pi, and with nothing on them at first. */
export class SimBuses implements Buses {
  readonly #spi = SPI_CHIP_SELECTS.map(() => new SimSpiDevice());
  readonly #i2c = new Map<number, I2cPeer>();
  /** The far ends of the 1-wire bus. */
  oneWire: OneWirePeer = () => undefined;

  async openSpi(settings: SpiSettings): Promise<SpiBus> {
    return new SimSpi(this.spi(settings.bus, settings.chip_select), settings);
  }

  async openI2c(settings: I2cSettings): Promise<I2cBus> {
    if (settings.bus !== I2C_BUS) throw missing(`/dev/i2c-${settings.bus}`);
    return new SimI2c(() => this.#i2c.get(settings.address), settings);
  }

  async readOneWire(address: string): Promise<string> {
    const text = this.oneWire(address);
    if (text !== undefined) return text;
    throw new HardwareError('HW_NO_ANSWER', `the simulated 1-wire bus has no ${address}`);
  }

  /**
   * The far end of an SPI device.
   * @throws HardwareError HW_BUS_MISSING
   */
  spi(bus: number, chip_select: number): SimSpiDevice {
    const device = bus === SPI_BUS ? this.#spi[chip_select] : undefined;
    if (device === undefined) throw missing(`/dev/spidev${bus}.${chip_select}`);
    return device;
  }

  /** Puts a device on the I2C bus, or takes it off. */
  attachI2c(address: number, peer: I2cPeer | undefined): void {
    if (peer === undefined) this.#i2c.delete(address);
    else this.#i2c.set(address, peer);
  }
}

const missing = (path: string): HardwareError =>
  new HardwareError('HW_BUS_MISSING', `${path}: there is no such bus on the simulated board`);
