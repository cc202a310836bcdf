import { isIP } from 'node:net';
import { checkPasswordHash } from '#broker';
import { z } from 'zod';
import { path, plainName, topicFilter } from './fields.ts';

const tlsSchema = z.strictObject({
  cert: path.meta({ description: 'PEM file of the certificate, with the chain behind it', examples: ['porch.crt'] }),
  key: path.meta({ description: 'PEM file of its private key', examples: ['porch.key'] }),
  ca: path.exactOptional().meta({
    description:
      "PEM file of the authority that clients' certificates are checked against; without it none is asked for",
    examples: ['ca.crt'],
  }),
});

export const listenerSchema = z.strictObject({
  port: z
    .int()
    .min(0)
    .max(65_535)
    .meta({ description: 'TCP port; 0 takes any free one', examples: [1883] }),
  host: z
    .string()
    .refine((host) => isIP(host) !== 0 || host === 'localhost', {
      params: { code: 'CONFIG_BAD_FORMAT' },
      error: 'must be an IP address such as 0.0.0.0 (every network), 127.0.0.1 (this machine) or ::, or localhost',
    })
    .default('127.0.0.1')
    .meta({ description: 'Address to listen on; another one than the loopback needs `users` or a `tls` with a `ca`' }),
  tls: tlsSchema.exactOptional().meta({ description: 'Makes it a TLS listener' }),
});

export const listenersSchema = z
  .array(listenerSchema)
  .prefault([{ port: 1883 }])
  .meta({ description: 'Where clients connect' });

const aclRuleSchema = z.strictObject({
  filter: topicFilter.meta({
    description: "Topic filter; `%u` stands for the user's name and `%c` for the client id",
    examples: ['pinbus/v1/+/+/state'],
  }),
  access: z
    .enum(['read', 'write', 'readwrite', 'deny'])
    .meta({ description: 'read: receive; write: publish; readwrite: both; deny: neither, whatever other rules say' }),
});

const HASH_EXPECTED = 'must be a hash as `pinbus user add` prints it (scrypt$...), not the password itself';

/** What the shape does not say: its costs and lengths. */
function isPasswordHash(text: string): boolean {
  try {
    checkPasswordHash(text);
    return true;
  } catch {
    return false;
  }
}

export const userSchema = z.strictObject({
  name: plainName.meta({ description: 'What the client gives as user name', examples: ['homeassistant'] }),
  password: z
    .string()
    .regex(/^scrypt(\$\d+){3}(\$[A-Za-z0-9+/]+=*){2}$/, { error: HASH_EXPECTED, abort: true })
    .refine(isPasswordHash, { error: HASH_EXPECTED, params: { code: 'CONFIG_BAD_FORMAT' } })
    .meta({
      description: 'scrypt hash of the password, as `pinbus user add` prints it; best kept by `!file`',
      examples: ['!file ha.hash'],
    }),
  acl: z
    .array(aclRuleSchema)
    .min(1)
    .meta({
      description: 'What the user may do; what no rule allows is refused',
      examples: [[{ filter: '"#"', access: 'readwrite' }]],
    }),
});

export const brokerSchema = z
  .strictObject({
    listeners: listenersSchema,
    users: z
      .array(userSchema)
      .default([])
      .meta({ description: 'Who may connect; with none, everybody on this machine may' }),
  })
  .meta({ description: 'The MQTT broker inside the node' });
