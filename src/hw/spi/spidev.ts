import { readFile } from 'node:fs/promises';
import type { SpiDevice, SpiMessage } from 'spi-device';
import { busFailureOf } from '../bus-failure.ts';
import { HardwareError } from '../errors.ts';
import { optionalPackage } from '../optional-package.ts';
import type { SpiBus, SpiSettings, SpiTransfer } from '../ports.ts';
import { messagesOf, type Piece } from './messages.ts';

/** What spidev takes at once where nobody set anything else [drivers/spi/spidev.c]. */
const DEFAULT_BUFSIZ = 4_096;

interface SpidevTerms {
  /** Its path, for messages. */
  readonly subject: string;
  readonly limit_bytes: number;
  readonly divisible: boolean;
}

/** A device that the kernel's spidev serves. Its calls wait in the thread pool, never in the event loop. */
class Spidev implements SpiBus {
  readonly #device: SpiDevice;
  readonly #terms: SpidevTerms;
  #open = true;

  constructor(device: SpiDevice, terms: SpidevTerms) {
    this.#device = device;
    this.#terms = terms;
  }

  async transfer(transfers: readonly SpiTransfer[]): Promise<readonly Buffer[]> {
    const { subject, limit_bytes } = this.#terms;
    if (!this.#open) throw new HardwareError('HW_CLOSED', `${subject} was used after it was closed`);
    const messages = messagesOf(transfers, this.#terms);
    if (messages === undefined) {
      const message = `${subject}: the kernel takes ${limit_bytes} bytes at once, and this is longer (EMSGSIZE)`;
      throw new HardwareError('HW_MESSAGE_TOO_LONG', message);
    }
    const received = transfers.map(({ send }) => Buffer.alloc(send.length));
    for (const pieces of messages) await this.#run(pieces, transfers, received);
    return received;
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await new Promise<void>((resolve, reject) => {
      this.#device.close((error) => (error ? reject(busFailureOf(error, this.#terms.subject)) : resolve()));
    });
  }

  #run(pieces: readonly Piece[], transfers: readonly SpiTransfer[], received: readonly Buffer[]): Promise<void> {
    const message: SpiMessage = pieces.map(({ transfer, from, to, deselect }, index) => ({
      byteLength: to - from,
      sendBuffer: Buffer.from(transfers[transfer]?.send.subarray(from, to) ?? []),
      receiveBuffer: received[transfer]?.subarray(from, to) ?? Buffer.alloc(to - from),
      // After the last one it would mean that the device stays selected.
      chipSelectChange: deselect && index < pieces.length - 1,
    }));
    return new Promise((resolve, reject) => {
      this.#device.transfer(message, (error) => (error ? reject(busFailureOf(error, this.#terms.subject)) : resolve()));
    });
  }
}

/** @throws HardwareError HW_BUS_MISSING, HW_BUS_REFUSED, HW_ACCESS_DENIED, HW_PACKAGE_MISSING */
export async function openSpidev({ bus, chip_select, mode, speed_hz, divisible }: SpiSettings): Promise<SpiBus> {
  const { default: spi } = await optionalPackage('spi-device', () => import('spi-device'));
  const subject = `/dev/spidev${bus}.${chip_select}`;
  const limit_bytes = await bufsiz();
  const device = await new Promise<SpiDevice>((resolve, reject) => {
    const opened: SpiDevice = spi.open(bus, chip_select, { mode, maxSpeedHz: speed_hz }, (error) =>
      error ? reject(busFailureOf(error, subject)) : resolve(opened),
    );
  });
  return new Spidev(device, { subject, limit_bytes, divisible });
}

async function bufsiz(): Promise<number> {
  try {
    return Number.parseInt(await readFile('/sys/module/spidev/parameters/bufsiz', 'utf8'), 10) || DEFAULT_BUFSIZ;
  } catch {
    return DEFAULT_BUFSIZ;
  }
}
