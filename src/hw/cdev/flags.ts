import type { Bias, Drive } from '../ports.ts';

/** enum gpio_v2_line_flag [include/uapi/linux/gpio.h]. */
export const USED = 1n << 0n;
export const ACTIVE_LOW = 1n << 1n;
export const INPUT = 1n << 2n;
export const OUTPUT = 1n << 3n;
export const EDGE_RISING = 1n << 4n;
export const EDGE_FALLING = 1n << 5n;
const OPEN_DRAIN = 1n << 6n;
const OPEN_SOURCE = 1n << 7n;
const BIAS_PULL_UP = 1n << 8n;
const BIAS_PULL_DOWN = 1n << 9n;
const BIAS_DISABLED = 1n << 10n;

export const BIAS_FLAGS: Readonly<Record<Bias, bigint>> = {
  as_is: 0n,
  disabled: BIAS_DISABLED,
  pull_up: BIAS_PULL_UP,
  pull_down: BIAS_PULL_DOWN,
};

export const DRIVE_FLAGS: Readonly<Record<Drive, bigint>> = {
  push_pull: 0n,
  open_drain: OPEN_DRAIN,
  open_source: OPEN_SOURCE,
};
