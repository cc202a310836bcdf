import type { Buses } from '../ports.ts';

/** At 2.7 V the chip is good for 1.35 MHz, at 5 V for 3.6 [Microchip DS21295, 1.0 Electrical Characteristics]. */
const SPEED_HZ = 1_000_000;
/** What its ten bits count to. */
const FULL_SCALE = 1_024;

const START = 0b0000_0001;
/** One input against ground, not one against another. */
const SINGLE_ENDED = 0b1000_0000;

/** The three bytes that ask for an input, 0 to 7 [DS21295, figure 6-1: so that the answer ends with a byte]. */
export const mcp3008Request = (channel: number): Uint8Array => Uint8Array.of(START, SINGLE_ENDED | (channel << 4), 0);

/** The share of the reference voltage, 0 to less than 1, in the last ten bits of what came in meanwhile. */
export const mcp3008Share = (answer: Buffer): number => (answer.readUInt16BE(1) & (FULL_SCALE - 1)) / FULL_SCALE;

export interface Mcp3008Settings {
  /** Of /dev/spidev<bus>.<chip_select>. */
  readonly bus: number;
  readonly chip_select: number;
  /** 0 to 7. */
  readonly channel: number;
}

/**
 * One reading of an MCP3008, an analogue-to-digital converter of ten bits, as a share of its reference voltage: 0 to less than 1.
 * @throws HardwareError as `Buses.openSpi` and `SpiBus.transfer` do
 */
export async function readMcp3008(buses: Buses, { bus, chip_select, channel }: Mcp3008Settings): Promise<number> {
  const spi = await buses.openSpi({ bus, chip_select, mode: 0, speed_hz: SPEED_HZ, divisible: false });
  try {
    const [answer = Buffer.alloc(3)] = await spi.transfer([{ send: mcp3008Request(channel) }]);
    return mcp3008Share(answer);
  } finally {
    await spi.close();
  }
}
