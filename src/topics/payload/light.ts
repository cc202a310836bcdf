import { type Milliseconds, milliseconds } from '../units.ts';
import { type Decoded, decoded, refused } from './decoded.ts';
import { type JsonObject, parseJsonObject } from './json.ts';
import { ON_OFF_ALLOWED, type OnOff, type OnOffCommand, onOffCommand } from './on-off.ts';
import { decodeText, quote } from './text.ts';

/** Home Assistant's default for `brightness_scale`. */
export const FULL_BRIGHTNESS = 255;
/** Seconds. Home Assistant offers at most 300 in its own controls. */
const MAX_TRANSITION_S = 6553;

export interface LightCommand {
  readonly state: OnOffCommand;
  /** 1 to 255, only with ON; a brightness of 0 is OFF. */
  readonly brightness?: number;
  readonly transition?: Milliseconds;
}

export interface LightState {
  readonly state: OnOff;
  /** 0 to 255; undefined for a light that can only be on or off. */
  readonly brightness?: number;
}

/** Home Assistant's JSON schema for lights, or the plain words of a switch. */
export function parseLight(payload: Buffer): Decoded<LightCommand> {
  const text = decodeText(payload);
  if (!text.ok) return text;
  const plain = onOffCommand(text.value);
  if (plain !== undefined) return decoded({ state: plain });
  if (!text.value.trimStart().startsWith('{')) {
    return notAllowed(
      `${quote(text.value)}; allowed are ${ON_OFF_ALLOWED} or a JSON object such as {"state":"ON","brightness":128}`,
    );
  }
  const json = parseJsonObject(text.value);
  return json.ok ? fromJson(json.value) : json;
}

export function formatLight(light: LightState): string {
  if (light.brightness === undefined) return JSON.stringify({ state: light.state, color_mode: 'onoff' });
  return JSON.stringify({ state: light.state, brightness: light.brightness, color_mode: 'brightness' });
}

const KEYS: ReadonlySet<string> = new Set(['state', 'brightness', 'transition']);

function fromJson(json: JsonObject): Decoded<LightCommand> {
  const unknown = Object.keys(json).find((key) => !KEYS.has(key));
  if (unknown !== undefined) return notAllowed(`key ${quote(unknown)}; allowed are ${[...KEYS].join(', ')}`);
  const { state, brightness, transition } = json;

  const said =
    state === undefined ? undefined : onOffCommand(typeof state === 'string' ? state : JSON.stringify(state));
  if (state !== undefined && said === undefined) return wrong('state', state, ON_OFF_ALLOWED);
  if (brightness !== undefined && !isWithin(brightness, 0, FULL_BRIGHTNESS, Number.isInteger)) {
    return wrong('brightness', brightness, `a whole number from 0 to ${FULL_BRIGHTNESS}`);
  }
  if (transition !== undefined && !isWithin(transition, 0, MAX_TRANSITION_S, Number.isFinite)) {
    return wrong('transition', transition, `seconds from 0 to ${MAX_TRANSITION_S}`);
  }
  if (said === undefined && brightness === undefined)
    return notAllowed('neither "state" nor "brightness"; one is needed');

  const command = brightness === 0 ? 'OFF' : (said ?? 'ON');
  return decoded({
    state: command,
    ...(brightness !== undefined && command === 'ON' && { brightness }),
    ...(transition !== undefined && { transition: milliseconds(transition * 1000) }),
  });
}

function isWithin(value: unknown, min: number, max: number, kind: (value: number) => boolean): value is number {
  return typeof value === 'number' && kind(value) && value >= min && value <= max;
}

const wrong = (key: string, found: unknown, allowed: string): Decoded<never> =>
  notAllowed(`${key}: ${quote(JSON.stringify(found))}; allowed is ${allowed}`);

const notAllowed = (what: string): Decoded<never> => refused('TOPICS_PAYLOAD_NOT_ALLOWED', `found ${what}`);
