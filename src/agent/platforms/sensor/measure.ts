import type { Buses, Machine } from '#hw';

/** What a measurement is made with. */
export interface Instruments {
  readonly machine: Machine;
  readonly buses: Buses;
}

/** A quantity that is measured, with what Home Assistant has to know to show it. */
export interface Measure {
  readonly unit: string;
  readonly device_class?:
    | 'temperature'
    | 'humidity'
    | 'atmospheric_pressure'
    | 'voltage'
    | 'duration'
    | 'signal_strength';
  /** Digits after the point, in the payload and in Home Assistant. */
  readonly precision: number;
  /** It tells about the device that pinbus runs on, not about what is around it. */
  readonly diagnostic?: true;
  /** Where the chip must be, such as /dev/i2c-1. */
  readonly place?: string;
  /** Undefined where there is no such thing to measure. */
  read(instruments: Instruments, signal: AbortSignal): Promise<number | undefined>;
}
