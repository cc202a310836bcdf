import { isUtf8 } from 'node:buffer';
import { type Decoded, decoded, refused } from './decoded.ts';

/** Bytes. The longest command that Home Assistant sends has some 200. */
export const MAX_COMMAND_BYTES = 4096;

/** As much of a payload as an error message quotes. */
const QUOTED_CHARACTERS = 40;

export function decodeText(payload: Buffer, max_bytes: number = MAX_COMMAND_BYTES): Decoded<string> {
  if (payload.length > max_bytes) {
    return refused(
      'TOPICS_PAYLOAD_TOO_LARGE',
      `the payload has ${payload.length} bytes; at most ${max_bytes} are taken`,
    );
  }
  if (!isUtf8(payload)) return refused('TOPICS_PAYLOAD_NOT_UTF8', 'the payload is not UTF-8 text');
  return decoded(payload.toString('utf8'));
}

/** A text for an error message: short, in quotes, control characters escaped. */
export function quote(text: string): string {
  if (text === '') return 'an empty payload';
  const characters = Array.from(text.slice(0, QUOTED_CHARACTERS * 2))
    .slice(0, QUOTED_CHARACTERS)
    .join('');
  return printable(JSON.stringify(characters)) + (characters.length < text.length ? '...' : '');
}

/** Control characters escaped as JSON does: JSON leaves those above U+007E, which terminals obey as well. */
export const printable = (text: string): string =>
  text.replace(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
