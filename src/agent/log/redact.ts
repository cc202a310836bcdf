/** Keys whose values never reach a log line, at the root of the line and up to three levels down. */
const SECRET_KEYS = ['password', 'passphrase', 'secret', 'token', 'authorization', 'private_key'] as const;

const DEPTHS = ['', '*.', '*.*.', '*.*.*.'] as const;

export const CENSORED = '[redacted]';

/** For pino's `redact`. */
export const redactPaths: string[] = DEPTHS.flatMap((depth) => SECRET_KEYS.map((key) => `${depth}${key}`));

/** What a URL, a hash and a PEM key look like wherever they stand, an error's message included. */
const SECRET_TEXT: readonly (readonly [shape: RegExp, instead: string])[] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"]+@/gi, `$1${CENSORED}@`],
  [/\bey[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g, CENSORED],
  [/\bscrypt\$[^\s"]+/g, `scrypt$$${CENSORED}`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^"]*/g, CENSORED],
];

/** A finished line of JSON without the secrets that hide in texts. Stays valid JSON. */
export function redactLine(line: string): string {
  let clean = line;
  for (const [shape, instead] of SECRET_TEXT) clean = clean.replace(shape, instead);
  return clean;
}
