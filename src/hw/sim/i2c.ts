import { HardwareError } from '../errors.ts';
import type { I2cBus, I2cSettings } from '../ports.ts';

/** A device of registers, as most on I2C are. */
export interface I2cPeer {
  write(register: number, value: number): void;
  read(register: number): number;
}

export class SimI2c implements I2cBus {
  readonly #peer: () => I2cPeer | undefined;
  readonly #subject: string;
  #open = true;

  /** `peer` is asked each time: a device can be taken off its bus. */
  constructor(peer: () => I2cPeer | undefined, { bus, address }: I2cSettings) {
    this.#peer = peer;
    this.#subject = `address 0x${address.toString(16)} on the simulated i2c-${bus}`;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const peer = this.#answering();
    for (let at = 0; at + 1 < bytes.length; at += 2) peer.write(bytes[at] ?? 0, bytes[at + 1] ?? 0);
  }

  async readRegisters(register: number, length: number): Promise<Buffer> {
    const peer = this.#answering();
    return Buffer.from(Array.from({ length }, (_, index) => peer.read((register + index) & 0xff)));
  }

  async close(): Promise<void> {
    this.#open = false;
  }

  #answering(): I2cPeer {
    if (!this.#open) throw new HardwareError('HW_CLOSED', `${this.#subject} was used after it was closed`);
    const peer = this.#peer();
    if (peer === undefined) throw new HardwareError('HW_NO_ANSWER', `${this.#subject}: no device answers (ENXIO)`);
    return peer;
  }
}
