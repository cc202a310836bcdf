import { z } from 'zod';
import type { QueuedRow, SubscriptionRow } from '../../../src/broker/session/stored.ts';
import { decodeProperties, encodeProperties } from '../../../src/broker/store/columns.ts';

/** A packet as Aedes has it. */
export interface Packet {
  readonly cmd: string;
  readonly topic: string;
  readonly payload: Buffer | string;
  readonly qos: number;
  readonly retain: boolean;
  readonly dup?: boolean;
  readonly messageId?: number;
  readonly brokerId?: string;
  readonly brokerCounter?: number;
}

/** What Aedes carries with a message and MQTT does not: kept beside it, as a user property. */
const Carried = z.object({
  brokerId: z.string().optional(),
  brokerCounter: z.number().optional(),
  messageId: z.number().optional(),
  dup: z.boolean().optional(),
  text: z.boolean().optional(),
});
type Carried = z.infer<typeof Carried>;

export const carry = (carried: Carried): string | null =>
  encodeProperties({ userProperties: [['aedes', JSON.stringify(carried)]] });

export const carriedBy = (properties: string | null): Carried =>
  Carried.parse(JSON.parse(decodeProperties(properties)?.userProperties?.[0]?.[1] ?? '{}'));

/** Retain Handling says what happens at the SUBSCRIBE, so there is nothing of it to keep. */
export const toSubscription = ({ filter, qos, retain_as_published, no_local, identifier }: SubscriptionRow) => ({
  topic: filter,
  qos,
  rh: 0,
  rap: retain_as_published === 1,
  nl: no_local === 1,
  ...(identifier !== null && { subscriptionIdentifier: identifier }),
});

export function toPacket({
  topic,
  payload,
  qos,
  retain,
  released,
  carried,
}: QueuedRow & { readonly carried: Carried }) {
  const { brokerId, brokerCounter, messageId, dup, text } = carried;
  if (released === 1) return { cmd: 'pubrel', messageId };
  return {
    cmd: 'publish',
    brokerId,
    brokerCounter,
    topic,
    payload: text === true ? Buffer.from(payload).toString() : Buffer.from(payload),
    qos,
    retain: retain === 1,
    dup: dup === true,
    messageId,
  };
}
