import { HardwareError } from '../errors.ts';
import type { SpiBus, SpiSettings, SpiTransfer } from '../ports.ts';
import { messagesOf } from '../spi/messages.ts';

/** What spidev takes at once, as the kernel has it by default. */
const LIMIT_BYTES = 4_096;
/** Messages that are remembered: enough for what a device is asked at a start, and bounded. */
const RECORDED = 64;

/** One message on the bus, from the moment the device was selected until it was let go. */
export interface SpiRecord {
  readonly mode: SpiSettings['mode'];
  readonly speed_hz: number;
  readonly sent: Buffer;
}

/** What a device says while it is told something: as many bytes. */
export type SpiPeer = (sent: Buffer) => Buffer;

/** A chip select of the simulated bus, with the device on it. With none, nothing drives the line and zeros come in. */
export class SimSpiDevice {
  peer: SpiPeer = (sent) => Buffer.alloc(sent.length);
  readonly #records: SpiRecord[] = [];

  /** The last messages, oldest first. */
  get records(): readonly SpiRecord[] {
    return this.#records;
  }

  exchange(record: SpiRecord): Buffer {
    this.#records.push(record);
    if (this.#records.length > RECORDED) this.#records.shift();
    return this.peer(record.sent);
  }
}

export class SimSpi implements SpiBus {
  readonly #device: SimSpiDevice;
  readonly #settings: SpiSettings;
  #open = true;

  constructor(device: SimSpiDevice, settings: SpiSettings) {
    this.#device = device;
    this.#settings = settings;
  }

  async transfer(transfers: readonly SpiTransfer[]): Promise<readonly Buffer[]> {
    const { bus, chip_select, mode, speed_hz, divisible } = this.#settings;
    const subject = `spidev${bus}.${chip_select}`;
    if (!this.#open) throw new HardwareError('HW_CLOSED', `${subject} was used after it was closed`);
    const messages = messagesOf(transfers, { limit_bytes: LIMIT_BYTES, divisible });
    if (messages === undefined) {
      const message = `${subject}: the kernel takes ${LIMIT_BYTES} bytes at once, and this is longer (EMSGSIZE)`;
      throw new HardwareError('HW_MESSAGE_TOO_LONG', message);
    }
    const received = transfers.map(({ send }) => Buffer.alloc(send.length));
    for (const pieces of messages) {
      const parts = pieces.map(({ transfer, from, to }) => transfers[transfer]?.send.subarray(from, to) ?? Buffer.of());
      const answer = this.#device.exchange({ mode, speed_hz, sent: Buffer.concat(parts) });
      let at = 0;
      for (const { transfer, from, to } of pieces) {
        answer.copy(received[transfer] ?? answer, from, at, at + to - from);
        at += to - from;
      }
    }
    return received;
  }

  async close(): Promise<void> {
    this.#open = false;
  }
}
