import type { Message } from '#topics';
import { paint } from './paint.ts';
import { decode, printable, printablePayload } from './printable.ts';

export interface LineStyle {
  readonly colour: boolean;
  /** Show the user properties and the other properties of MQTT 5. */
  readonly properties: boolean;
}

/** `14:03:07.123 TOPIC PAYLOAD (retained)`: a message for a person. Local time. */
export function messageLine(message: Message, at: Date, style: LineStyle): string {
  const colours = paint(style.colour);
  const parts = [colours.dim(timeOfDay(at)), colours.cyan(printable(message.topic)), printablePayload(message.payload)];
  if (message.retain) parts.push(colours.dim('(retained)'));
  if (style.properties) parts.push(...propertyWords(message).map((word) => colours.dim(word)));
  return parts.join(' ');
}

/** A message for a program: one JSON document. A payload that is not UTF-8 comes as `payload_base64`. */
export function messageJson(message: Message, at: Date): string {
  const { topic, qos, retain, properties } = message;
  const text = decode(message.payload);
  const payload = text === undefined ? { payload_base64: message.payload.toString('base64') } : { payload: text };
  const { correlationData, userProperties, ...rest } = properties ?? {};
  return JSON.stringify({
    time: at.toISOString(),
    topic,
    ...payload,
    qos,
    retain,
    ...(properties === undefined
      ? {}
      : {
          properties: {
            ...rest,
            ...(correlationData === undefined ? {} : { correlationData: correlationData.toString('base64') }),
            ...(userProperties === undefined ? {} : { userProperties }),
          },
        }),
  });
}

function timeOfDay(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const milliseconds = String(at.getMilliseconds()).padStart(3, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${milliseconds}`;
}

function propertyWords({ qos, properties = {} }: Message): string[] {
  const { messageExpiryInterval, contentType, responseTopic, userProperties = [] } = properties;
  return [
    `qos=${qos}`,
    ...(messageExpiryInterval === undefined ? [] : [`expires=${messageExpiryInterval}s`]),
    ...(contentType === undefined ? [] : [`type=${printable(contentType)}`]),
    ...(responseTopic === undefined ? [] : [`reply_to=${printable(responseTopic)}`]),
    ...userProperties.map(([name, value]) => `${printable(name)}=${printable(value)}`),
  ];
}
