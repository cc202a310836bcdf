import { type Decoded, decoded, refused } from './decoded.ts';
import { decodeText, quote } from './text.ts';

/** Both ends belong to it. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
}

/** Plain decimals: no hexadecimal, no "Infinity", no spaces, which Number() would let pass. */
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i;

export function parseNumber(payload: Buffer, range: NumberRange): Decoded<number> {
  const text = decodeText(payload);
  if (!text.ok) return text;
  const value = DECIMAL.test(text.value) ? Number(text.value) : Number.NaN;
  if (value >= range.min && value <= range.max) return decoded(value);
  return refused(
    'TOPICS_PAYLOAD_NOT_ALLOWED',
    `found ${quote(text.value)}; allowed is a number from ${range.min} to ${range.max}`,
  );
}

/** `decimals` 0 to 20 after the point; without them the shortest text that reads back as the same number. */
export function formatNumber(value: number, decimals?: number): string {
  const text = decimals === undefined ? String(value) : value.toFixed(decimals);
  return Number(text) === 0 ? text.replace('-', '') : text;
}
