import { type Decoded, decoded, refused } from './decoded.ts';
import { decodeText, quote } from './text.ts';

/** Home Assistant's default for `payload_press`. */
export const PRESS = 'PRESS';

/** The command of a button. */
export function parsePress(payload: Buffer): Decoded<typeof PRESS> {
  const text = decodeText(payload);
  if (!text.ok) return text;
  if (text.value === PRESS || text.value === 'press') return decoded(PRESS);
  return refused('TOPICS_PAYLOAD_NOT_ALLOWED', `found ${quote(text.value)}; allowed is ${PRESS}`);
}
