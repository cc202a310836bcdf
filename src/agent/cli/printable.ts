/** What a terminal would obey: control characters, and those that turn the direction of writing. */
const CONTROL = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;
const SHORT = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** Text from the bus as it may be shown: no message moves the cursor or starts a second line. */
export function printable(text: string): string {
  return text.replace(CONTROL, (character) => SHORT.get(character) ?? codeEscape(character));
}

/** A payload as one line of text; bytes that are not UTF-8 are shown as hexadecimal. */
export function printablePayload(payload: Buffer): string {
  const text = decode(payload);
  return text === undefined ? `0x${payload.toString('hex')}` : printable(text);
}

/** Undefined: not UTF-8. */
export function decode(payload: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload);
  } catch {
    return undefined;
  }
}

function codeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
