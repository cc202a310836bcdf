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
}

export interface OutputSettings {
  readonly line: LineId;
  readonly active_low: boolean;
  readonly drive: Drive;
  /** Driven in the same call that requests the line, so that a start never glitches. */
  readonly initial: Level;
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
  /** How many edges before this one were lost, where the driver can tell. */
  readonly missed?: number;
}

export interface DigitalInput {
  read(): Promise<Level>;
  /** Edges as the line has them, not debounced. Returns what ends the listening. */
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

export interface PwmOutput {
  /** 0 to 1. */
  write(duty: number): Promise<void>;
  /** The duty read back, 0 to 1. */
  read(): Promise<number>;
  close(): Promise<void>;
}

/** A line as the driver sees it, for `doctor` and error messages. */
export interface LineInfo {
  readonly offset: number;
  readonly name: string;
  readonly direction: 'in' | 'out';
  /** Undefined where only the holder of a line can read it. */
  readonly level?: Level;
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
  readonly openPwm?: (settings: PwmSettings) => Promise<PwmOutput>;
  lines(): Promise<readonly LineInfo[]>;
  close(): Promise<void>;
}
