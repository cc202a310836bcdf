import type { Message, Qos } from '#topics';
import { BrokerError } from '../errors.ts';
import type { BridgeOptions } from '../options.ts';
import { refusalOf } from './faults.ts';

/** Reason codes of a CONNACK that refuses what CONNECT asked for (MQTT 5.0, 3.2.2.2). */
const RETAIN_NOT_SUPPORTED = 0x9a;
const QOS_NOT_SUPPORTED = 0x9b;
/** An upstream that does not speak MQTT 5: 3.1.1's 1 [MQTT-3.1.2-2], and 0x84. */
const WRONG_PROTOCOL: ReadonlySet<number> = new Set([1, 0x84]);

/** What an upstream was found to take in a CONNECT. */
export interface Terms {
  readonly protocol: 4 | 5;
  readonly will_qos: Qos;
  readonly will_retain: boolean;
}

/** All that is wanted. */
export const fullTerms = (version: BridgeOptions['version'], will: Message | undefined): Terms => ({
  protocol: version === '3.1.1' ? 4 : 5,
  will_qos: will?.qos ?? 0,
  will_retain: will?.retain ?? false,
});

/** What to ask for after that refusal; undefined: asking for less would not help. */
export function lesserTerms(terms: Terms, refusal: unknown, version: BridgeOptions['version']): Terms | undefined {
  const reason = refusalOf(refusal);
  if (reason === undefined ? wasClosed(refusal) : WRONG_PROTOCOL.has(reason)) {
    return version === 'auto' && terms.protocol === 5 ? { ...terms, protocol: 4 } : undefined;
  }
  if (reason === RETAIN_NOT_SUPPORTED && terms.will_retain) return { ...terms, will_retain: false };
  if (reason === QOS_NOT_SUPPORTED && terms.will_qos > 0) return { ...terms, will_qos: terms.will_qos === 2 ? 1 : 0 };
  return undefined;
}

/**
 * RabbitMQ 3 closes the connection at a CONNECT of MQTT 5, without the CONNACK that [MQTT-3.1.2-2] asks for; others answer it
 * in 3.1.1, which cannot be read as 5.
 */
const wasClosed = (refusal: unknown): boolean =>
  refusal instanceof BrokerError && (refusal.code === 'UPSTREAM_CLOSED' || refusal.code === 'UPSTREAM_PROTOCOL');

/** The will as these terms allow it [MQTT-3.2.2-12, -13]. */
export const willOn = (will: Message, { will_qos, will_retain }: Terms): Message => ({
  ...will,
  qos: will_qos,
  retain: will_retain,
});
