import { type Decoded, decoded, refused } from './decoded.ts';
import { parseJsonObject } from './json.ts';
import { ON_OFF_ALLOWED, type OnOff, type OnOffCommand, onOffCommand } from './on-off.ts';
import { decodeText, quote } from './text.ts';

/** Of a fan's speed: Home Assistant's default for `speed_range_max`. */
export const FULL_SPEED = 100;

export interface FanCommand {
  readonly state: OnOffCommand;
  /** 1 to 100, only with ON; a percentage of 0 is OFF. */
  readonly percentage?: number;
}

export const FAN_ALLOWED = `${ON_OFF_ALLOWED} or {"percentage":40}`;

/** The plain words of a switch, or JSON with `state`, `percentage` or both. */
export function parseFan(payload: Buffer): Decoded<FanCommand> {
  const text = decodeText(payload);
  if (!text.ok) return text;
  const plain = onOffCommand(text.value);
  if (plain !== undefined) return decoded({ state: plain });
  const json = parseJsonObject(text.value);
  if (!json.ok) return notAllowed(text.value);
  const { state, percentage, ...rest } = json.value;
  const said = typeof state === 'string' ? onOffCommand(state) : undefined;
  const wrong =
    Object.keys(rest).length > 0 ||
    (state !== undefined && said === undefined) ||
    (state === undefined && percentage === undefined) ||
    (percentage !== undefined && !isPercentage(percentage));
  if (wrong) return notAllowed(text.value);
  if (!isPercentage(percentage)) return decoded({ state: said ?? 'ON' });
  if (percentage === 0) return decoded({ state: 'OFF' });
  const command = said ?? 'ON';
  return decoded(command === 'ON' ? { state: command, percentage } : { state: command });
}

/** `percentage` is the one that it runs at, or would. */
export const formatFan = (state: OnOff, percentage: number): string => JSON.stringify({ state, percentage });

const isPercentage = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= FULL_SPEED;

const notAllowed = (found: string): Decoded<never> =>
  refused('TOPICS_PAYLOAD_NOT_ALLOWED', `found ${quote(found)}; allowed are ${FAN_ALLOWED}, from 0 to ${FULL_SPEED}`);
