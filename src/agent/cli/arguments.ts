import { InvalidArgumentError } from 'commander';
import { filterFault, type Milliseconds, type Qos, topicNameFault, type UserProperty } from '#topics';
import { parseDuration } from '../platforms/fields.ts';

/** Parsers of what stands on the command line. Each throws commander's InvalidArgumentError with what is allowed. */

export function qosArgument(text: string): Qos {
  if (text === '0') return 0;
  if (text === '1') return 1;
  if (text === '2') return 2;
  throw new InvalidArgumentError('Allowed are 0, 1 and 2.');
}

/** A broker closes the connection on a topic that is none, and a closed connection says nothing of the reason. */
export function topicArgument(text: string): string {
  const fault = topicNameFault(text);
  if (fault !== undefined) throw new InvalidArgumentError(`No topic to publish to: ${fault}.`);
  return text;
}

/** Collects topic filters, of which there may be several. */
export function filterArgument(text: string, before: readonly string[] = []): readonly string[] {
  const fault = filterFault(text);
  if (fault !== undefined) throw new InvalidArgumentError(`No topic filter: ${fault}.`);
  return [...before, text];
}

export function countArgument(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Must be a whole number from 1 to 999999999.');
  return Number(text);
}

export function durationArgument(text: string): Milliseconds {
  const value = parseDuration(text);
  if (value === undefined || value === 0) throw new InvalidArgumentError('Must be a duration such as 500ms, 3s or 5m.');
  return value;
}

/** Seconds, as MQTT counts message expiry [MQTT 5.0, 3.3.2.3.3]. */
export function secondsArgument(text: string): number {
  const seconds = Math.ceil(durationArgument(text) / 1_000);
  if (seconds > 0xffff_ffff) throw new InvalidArgumentError('Must be at most 4294967295 seconds.');
  return seconds;
}

/** Collects `NAME=VALUE`, which may be given several times. */
export function propertyArgument(text: string, before: readonly UserProperty[] = []): readonly UserProperty[] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('Must be NAME=VALUE.');
  return [...before, [text.slice(0, equals), text.slice(equals + 1)]];
}
