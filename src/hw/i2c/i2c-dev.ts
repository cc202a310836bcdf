import { type FileHandle, open } from 'node:fs/promises';
import { busFailureOf } from '../bus-failure.ts';
import { HardwareError } from '../errors.ts';
import { openLibc } from '../libc.ts';
import type { I2cBus, I2cSettings } from '../ports.ts';
import type { Turns } from './turns.ts';

/** I2C_SLAVE [include/uapi/linux/i2c-dev.h]: the address that reads and writes go to from now on. EBUSY when a driver has it. */
const I2C_SLAVE = 0x0703;

/** A device that the kernel's i2c-dev serves. Its calls wait in the thread pool, never in the event loop. */
class I2cDev implements I2cBus {
  readonly #file: FileHandle;
  readonly #subject: string;
  readonly #closed: () => void;
  #open = true;

  constructor(file: FileHandle, subject: string, closed: () => void) {
    this.#file = file;
    this.#subject = subject;
    this.#closed = closed;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#call(async () => {
      await this.#file.write(bytes);
    });
  }

  readRegisters(register: number, length: number): Promise<Buffer> {
    return this.#call(async () => {
      await this.#file.write(Uint8Array.of(register));
      const { buffer } = await this.#file.read(Buffer.alloc(length), 0, length, null);
      return buffer;
    });
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    try {
      await this.#file.close();
    } finally {
      this.#closed();
    }
  }

  async #call<T>(use: () => Promise<T>): Promise<T> {
    if (!this.#open) throw new HardwareError('HW_CLOSED', `${this.#subject} was used after it was closed`);
    try {
      return await use();
    } catch (error) {
      throw busFailureOf(error, this.#subject);
    }
  }
}

/**
 * Who has the device has it alone until it is closed: a register's number and what is read from there are two calls.
 * @throws HardwareError HW_BUS_MISSING, HW_BUS_BUSY, HW_ACCESS_DENIED, HW_DRIVER_NOT_AVAILABLE
 */
export async function openI2cDev({ bus, address }: I2cSettings, turns: Turns): Promise<I2cBus> {
  const path = `/dev/i2c-${bus}`;
  const subject = `address 0x${address.toString(16)} on ${path}`;
  const libc = await openLibc();
  const endTurn = await turns.take(subject);
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r+');
    libc.ioctl(file.fd, I2C_SLAVE, address);
    return new I2cDev(file, subject, endTurn);
  } catch (error) {
    await file?.close();
    endTurn();
    throw busFailureOf(error, file === undefined ? path : subject);
  }
}
