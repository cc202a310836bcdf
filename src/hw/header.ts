import { HardwareError } from './errors.ts';
import type { LineId } from './ports.ts';

/**
 * The chips that a Raspberry Pi's header is on, by label: numbers of chips differ between kernels and boards. The Pi 5 has
 * the first, the Pi 4 the second, all others the third.
 */
const LABELS: readonly string[] = ['pinctrl-rp1', 'pinctrl-bcm2711', 'pinctrl-bcm2835'];

export const isHeader = (label: string): boolean => LABELS.includes(label);

export function lineOutOfRange(
  chip: { readonly label: string; readonly lineCount: number },
  line: LineId,
): HardwareError {
  const range = `it has 0 to ${chip.lineCount - 1}`;
  return new HardwareError('HW_LINE_UNKNOWN', `${chip.label} has no line ${JSON.stringify(line)}; ${range}`);
}

/** `found` are the chips there are, as a message names them. */
export function chipMissing(wanted: string | undefined, found: readonly string[], where: string): HardwareError {
  const what = wanted === undefined ? "no Raspberry Pi's header on this machine" : `no GPIO chip ${wanted}`;
  const rest = found.length === 0 ? `there is no ${where}` : `the chips are ${found.join(', ')}`;
  return new HardwareError('HW_CHIP_MISSING', `${what}: ${rest}`);
}
