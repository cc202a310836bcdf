import type { Terms } from './terms.ts';

/**
 * A packet with its reason in words, where the client wants them [MQTT-3.1.2-29] and takes as long a packet; undefined: it does
 * not take it without them either [MQTT-3.1.2-24].
 */
export function worded(
  encode: (words?: string) => Buffer,
  why: string | undefined,
  { problemInformation, maximumPacketSize }: Pick<Terms, 'problemInformation' | 'maximumPacketSize'>,
): Buffer | undefined {
  const whole = problemInformation === false ? encode() : encode(why);
  if (whole.length <= maximumPacketSize) return whole;
  const bare = encode();
  return bare.length <= maximumPacketSize ? bare : undefined;
}
