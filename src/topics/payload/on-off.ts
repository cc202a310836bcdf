import { type Decoded, decoded, refused } from './decoded.ts';
import { decodeText, quote } from './text.ts';

export type OnOff = 'ON' | 'OFF';
export type OnOffCommand = OnOff | 'TOGGLE';

/** Besides Home Assistant's own words those that shells and flows send. */
const ACCEPTED: ReadonlyMap<string, OnOffCommand> = new Map<string, OnOffCommand>([
  ['ON', 'ON'],
  ['OFF', 'OFF'],
  ['TOGGLE', 'TOGGLE'],
  ['on', 'ON'],
  ['off', 'OFF'],
  ['toggle', 'TOGGLE'],
  ['true', 'ON'],
  ['false', 'OFF'],
  ['1', 'ON'],
  ['0', 'OFF'],
]);

export const ON_OFF_ALLOWED = 'ON, OFF, TOGGLE (or on, off, toggle, true, false, 1, 0)';

export const formatOnOff = (on: boolean): OnOff => (on ? 'ON' : 'OFF');

/** A word that `parseOnOff` takes, or undefined. */
export const onOffCommand = (text: string): OnOffCommand | undefined => ACCEPTED.get(text);

export function parseOnOff(payload: Buffer): Decoded<OnOffCommand> {
  const text = decodeText(payload);
  if (!text.ok) return text;
  const command = onOffCommand(text.value);
  if (command !== undefined) return decoded(command);
  return refused('TOPICS_PAYLOAD_NOT_ALLOWED', `found ${quote(text.value)}; allowed are ${ON_OFF_ALLOWED}`);
}
