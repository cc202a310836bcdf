import { type Decoded, decoded, refused } from './decoded.ts';
import { parseJsonObject } from './json.ts';
import { parseNumber } from './number.ts';
import { decodeText, quote } from './text.ts';

/** Positions of a cover: Home Assistant's defaults for `position_closed` and `position_open`. */
export const CLOSED = 0;
export const OPEN = 100;

export const COVER_ALLOWED = 'OPEN, CLOSE, STOP, or a position from 0 (closed) to 100 (open)';

/** Where a cover shall go; or it stops where it is. */
export type CoverCommand = { readonly kind: 'go'; readonly position: number } | { readonly kind: 'stop' };

export type CoverMotion = 'opening' | 'closing' | 'stopped';

const WORDS: ReadonlyMap<string, CoverCommand> = new Map<string, CoverCommand>([
  ['OPEN', { kind: 'go', position: OPEN }],
  ['CLOSE', { kind: 'go', position: CLOSED }],
  ['STOP', { kind: 'stop' }],
]);

/** A word, a number, or `{"position":40}`. */
export function parseCover(payload: Buffer): Decoded<CoverCommand> {
  const text = decodeText(payload);
  if (!text.ok) return text;
  const word = WORDS.get(text.value.toUpperCase());
  if (word !== undefined) return decoded(word);
  const number = parseNumber(Buffer.from(positionText(text.value)), { min: CLOSED, max: OPEN });
  if (number.ok) return decoded({ kind: 'go', position: number.value });
  return refused('TOPICS_PAYLOAD_NOT_ALLOWED', `found ${quote(text.value)}; allowed are ${COVER_ALLOWED}`);
}

/** `position` is a whole number, and missing where nobody knows. */
export function formatCover(motion: CoverMotion, position: number | undefined): string {
  const whole = position === undefined ? undefined : Math.round(position);
  const ends = whole === OPEN ? 'open' : whole === CLOSED ? 'closed' : motion;
  return JSON.stringify({
    state: motion === 'stopped' ? ends : motion,
    ...(whole !== undefined && { position: whole }),
  });
}

function positionText(text: string): string {
  if (!text.trimStart().startsWith('{')) return text;
  const json = parseJsonObject(text);
  return json.ok && Object.keys(json.value).join() === 'position' ? JSON.stringify(json.value['position']) : text;
}
