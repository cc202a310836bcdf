/** What a pin reads or drives, after `active_low` was applied: true is active. */
export type Level = boolean;

export type Bias = 'as_is' | 'disabled' | 'pull_up' | 'pull_down';
export type Drive = 'push_pull' | 'open_drain' | 'open_source';

/** A line by its offset on the header's chip (the BCM number on every Pi), or by the name the kernel gives it. */
export type LineId = number | string;

export interface InputSettings {
  readonly line: LineId;
  readonly active_low: boolean;
  readonly bias: Bias;
  /**
   * Milliseconds that the line must be still before an edge is told; the edge then bears the time that it came to rest.
   * A driver without a debounce of its own tells every edge. Without it, or with 0, every driver does.
   */
  readonly debounce_ms?: number;
}

export interface OutputSettings {
  readonly line: LineId;
  readonly active_low: boolean;
  readonly drive: Drive;
  /**
   * Driven in the same call that requests the line, so that a start never glitches. `keep`: the level that it has now, read
   * without moving it.
   */
  readonly initial: Level | 'keep';
}

/** Outputs that are one thing, such as the two relays of a motor. */
export interface OutputsSettings extends Pick<OutputSettings, 'active_low' | 'drive'> {
  readonly lines: readonly LineId[];
  /** By line. Driven as they are requested, the inactive ones first. */
  readonly initial: readonly Level[];
}

export interface PwmSettings {
  readonly line: LineId;
  /** Hz. */
  readonly frequency_hz: number;
  /** 0 to 1. */
  readonly initial_duty: number;
}

/** A change of an input's level. */
export interface Edge {
  readonly level: Level;
  /** Milliseconds on the monotonic clock (`performance.now()`), from the kernel where it stamps edges. */
  readonly at_ms: number;
  /**
   * How many edges before this one were lost that would have been told, where the driver can tell: one that leaves the debounce to
   * others does not know, for what it lost may have been bounce.
   */
  readonly missed?: number;
}

export interface DigitalInput {
  read(): Promise<Level>;
  /** Edges as the line has them, unless the driver debounces them. Returns what ends the listening. */
  onEdge(listener: (edge: Edge) => void): () => void;
  /** The line failed and gives no more edges. */
  onFailure(listener: (error: Error) => void): () => void;
  close(): Promise<void>;
}

export interface DigitalOutput {
  write(level: Level): Promise<void>;
  /** The level read back from the line, never a remembered one. */
  read(): Promise<Level>;
  close(): Promise<void>;
}

/** Lines that are held together or not at all. Levels are in the order of the lines. */
export interface DigitalOutputs {
  /**
   * Whatever shall be inactive is driven so before anything becomes active, and what stays active is not interrupted: whenever this
   * ends halfway, fewer lines are active than shall be, never others.
   */
  write(levels: readonly Level[]): Promise<void>;
  /** The levels read back from the lines. */
  read(): Promise<readonly Level[]>;
  close(): Promise<void>;
}

export interface PwmOutput {
  /** 0 to 1. */
  write(duty: number): Promise<void>;
  /** The duty read back, 0 to 1. */
  read(): Promise<number>;
  close(): Promise<void>;
}

export interface SpiSettings {
  /** The device is /dev/spidev<bus>.<chip_select>. */
  readonly bus: number;
  readonly chip_select: number;
  /** Which edge of the clock counts, and its level at rest: CPOL is bit 1, CPHA bit 0. */
  readonly mode: 0 | 1 | 2 | 3;
  /** Hz; the controller takes the next lower one that it has. */
  readonly speed_hz: number;
  /** The device does not mind being deselected anywhere: then there is no longest transfer. */
  readonly divisible: boolean;
}

/** Bytes that go out while as many come in. */
export interface SpiTransfer {
  readonly send: Uint8Array;
  /** The device is deselected for a moment before the next transfer; false by default: one frame goes on. */
  readonly deselect?: boolean;
}

/** A device on an SPI bus. */
export interface SpiBus {
  /**
   * Runs the transfers one after the other, the device selected throughout. What came in during each.
   * @throws HardwareError HW_MESSAGE_TOO_LONG where the kernel cannot take at once what may not be divided
   */
  transfer(transfers: readonly SpiTransfer[]): Promise<readonly Buffer[]>;
  close(): Promise<void>;
}

export interface I2cSettings {
  /** The bus is /dev/i2c-<bus>: 1 on the header of every Pi. */
  readonly bus: number;
  /** 7 bits. */
  readonly address: number;
}

/** A device on an I2C bus. */
export interface I2cBus {
  write(bytes: Uint8Array): Promise<void>;
  /** Writes the number of a register, then reads `length` bytes from there on, with a stop in between. */
  readRegisters(register: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** The buses that devices other than pins are on. */
export interface Buses {
  /** @throws HardwareError HW_BUS_MISSING, HW_BUS_BUSY, HW_BUS_REFUSED, HW_ACCESS_DENIED, HW_PACKAGE_MISSING */
  openSpi(settings: SpiSettings): Promise<SpiBus>;
  /**
   * Waits for whoever has the device now: it is one holder's until it is closed.
   * @throws HardwareError HW_BUS_MISSING, HW_BUS_BUSY, HW_ACCESS_DENIED
   */
  openI2c(settings: I2cSettings): Promise<I2cBus>;
  /**
   * What the kernel's driver of a device on the 1-wire bus says when it measures, such as 28-0316a2795bff.
   * @throws HardwareError HW_BUS_MISSING, HW_NO_ANSWER
   */
  readOneWire(address: string): Promise<string>;
}

/** A line as the driver sees it, for `doctor` and error messages. */
export interface LineInfo {
  readonly offset: number;
  readonly name: string;
  /** Undefined where nobody can tell. */
  readonly direction?: 'in' | 'out';
  /** Undefined where only the holder of a line can read it. */
  readonly level?: Level;
  /** The physical level, true for high, where it can be read without holding the line. */
  readonly high?: Level;
  /** What the pin is instead of a GPIO, as its controller calls it, such as alt0. */
  readonly function?: string;
  /** Who holds the line: the consumer's name; undefined for a free line. */
  readonly consumer?: string;
}

/** A way to reach pins. A capability that the driver does not have is `undefined`. */
export interface Driver {
  readonly name: string;
  /** The chip's label and what the driver runs on, for `doctor`. */
  readonly description: string;
  openInput(settings: InputSettings): Promise<DigitalInput>;
  openOutput(settings: OutputSettings): Promise<DigitalOutput>;
  openOutputs(settings: OutputsSettings): Promise<DigitalOutputs>;
  readonly openPwm?: (settings: PwmSettings) => Promise<PwmOutput>;
  lines(): Promise<readonly LineInfo[]>;
  close(): Promise<void>;
}
