import { z } from 'zod';
import { duration } from '../../platforms/fields.ts';
import { inRuleSchema, outRuleSchema, topicPrefix } from './bridge-rules.ts';
import { path, plainName } from './fields.ts';

const SCHEMES: ReadonlySet<string> = new Set(['mqtt:', 'mqtts:', 'ws:', 'wss:']);

const bridgeUrl = z.string().check((context) => {
  const fault = urlFault(context.value);
  if (fault === undefined) return;
  context.issues.push({
    code: 'custom',
    message: fault,
    input: context.value,
    params: {
      code: 'CONFIG_BAD_URL',
      allowed:
        'mqtt://host:port, mqtts://host:port, ws://host:port/path or wss://host:port/path; who connects goes into `username` and `password`',
    },
  });
});

function urlFault(text: string): string | undefined {
  if (!URL.canParse(text)) return 'this is not an address';
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'there is a user or a password in the address';
  if (!SCHEMES.has(url.protocol)) return `the scheme ${url.protocol}// is not known`;
  if (url.hostname === '') return 'there is no host';
  if (url.port === '0') return 'there is no port 0';
  if (url.search !== '' || url.hash !== '') return 'something follows the path';
  // Only a WebSocket has one.
  if (url.pathname.length > 1 && url.protocol.startsWith('mqtt')) return 'something follows the port';
  return undefined;
}

const replaySchema = z
  .strictObject({
    rate: z.number().min(1).max(1_000_000).default(2_000).meta({ description: 'Messages a second' }),
    burst: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(2_000)
      .meta({ description: 'Messages at once, as far as the window of the link allows' }),
    to: z.enum(['properties', 'envelope', 'topic']).default('properties').meta({
      description:
        'How consumers tell them from the present: user properties `id`, `ts` and `historic` of MQTT 5 (an envelope where the upstream speaks 3.1.1), a JSON envelope of the same names with the `payload`, or the topic followed by `/history`',
    }),
  })
  .meta({
    description: 'How messages from before the link follow behind those of now; they are never retained upstream',
  });

export const bridgeSchema = z.strictObject({
  name: plainName.meta({ description: 'Names the bridge in logs and in `health`', examples: ['cloud'] }),
  url: bridgeUrl.meta({
    description:
      'mqtt://, mqtts://, ws:// or wss://, host, port (1883, 8883, 80 and 443 when missing), and for a WebSocket its path',
    examples: ['mqtts://broker.example:8883'],
  }),
  failover: z
    .array(bridgeUrl)
    .max(8)
    .default([])
    .meta({
      description:
        'Other addresses of the same upstream, tried in this order when one fails; the one that works is kept',
      examples: [['mqtts://standby.example:8883']],
    }),
  version: z
    .enum(['auto', '5', '3.1.1'])
    .default('auto')
    .meta({ description: 'Of MQTT; `auto` is 5, and 3.1.1 with an upstream that does not know 5' }),
  client_id: z
    .string()
    .min(1)
    .max(256)
    .exactOptional()
    .meta({ description: 'Client id at the upstream; made from the node and the bridge when missing' }),
  username: z.string().min(1).max(256).exactOptional().meta({ description: 'User at the upstream' }),
  password: z
    .string()
    .min(1)
    .max(4096)
    .exactOptional()
    .meta({ description: 'Its password', examples: ['!env CLOUD_PASSWORD'] }),
  ca: path.exactOptional().meta({
    description: "PEM file of the authority that signed the upstream's certificate; the public ones when missing",
    examples: ['cloud-ca.crt'],
  }),
  cert: path.exactOptional().meta({
    description: 'PEM file of the certificate (and what is between it and its authority) that the bridge shows',
    examples: ['porch.crt'],
  }),
  key: path.exactOptional().meta({ description: 'PEM file of its private key', examples: ['porch.key'] }),
  alpn: z
    .string()
    .min(1)
    .max(255)
    .exactOptional()
    .meta({
      description: 'Application protocol that mqtts:// asks for, where the upstream serves several on one port',
      examples: ['mqtt'],
    }),
  keepalive: duration({ min: '5s', max: '18h' })
    .prefault('60s')
    .meta({ description: 'Longest silence before the link is probed; a dead one is noticed within 1.5 times this' }),
  window: z.int().min(1).max(5_000).default(200).meta({
    description:
      'Messages on the way to the upstream at once: as many may come twice after a crash. A link carries this many in each round trip: 200 are 2,000 a second where it takes 100 ms',
  }),
  session_expiry: duration({ min: '0s', max: '365d' }).prefault('1d').meta({
    description:
      'How long the upstream keeps what comes down by the `in` rules while the bridge is away; 0s: not at all. With 3.1.1 the upstream decides how long',
  }),
  from: z.enum(['now', 'oldest']).exactOptional().meta({
    description:
      'What a bridge that is new in the config begins with: what is published from now on, as when this is missing, or also what other bridges are still owed',
  }),
  replay: replaySchema.prefault({}),
  prefix: topicPrefix.exactOptional().meta({
    description: 'What stands before all topics of this bridge at the upstream; the rules do without it',
    examples: ['tenants/acme'],
  }),
  out: z
    .array(outRuleSchema)
    .default([])
    .meta({ description: 'What goes up: kept on disk until the upstream confirmed it' }),
  in: z.array(inRuleSchema).default([]).meta({ description: 'What comes down' }),
});

export const bridgesSchema = z.array(bridgeSchema).meta({ description: 'Upstream brokers' });
