import { isIP } from 'node:net';
import { ACL_TEMPLATES, type AclRule, checkPasswordHash, type TokenKey } from '#broker';
import { z } from 'zod';
import { duration, size } from '../../platforms/fields.ts';
import { path, plainName, topicFilter } from './fields.ts';

const tlsSchema = z
  .strictObject({
    cert: path.meta({ description: 'PEM file of the certificate, with the chain behind it', examples: ['porch.crt'] }),
    key: path.meta({ description: 'PEM file of its private key', examples: ['porch.key'] }),
    ca: path.exactOptional().meta({
      description:
        "PEM file of the authority that clients' certificates are checked against; without it none is asked for",
      examples: ['ca.crt'],
    }),
    crl: path.exactOptional().meta({
      description:
        'With a `ca`: PEM file of revocation lists that authorities in the `ca` signed, read again at a reload. Whose certificate is on one does not come in, and goes. An old list counts on, so renew it in time',
      examples: ['ca.crl'],
    }),
    user_from_certificate: z.boolean().exactOptional().meta({
      description: "With a `ca`: the common name of a client's certificate is its user, and it needs no password",
    }),
  })
  .check(({ value, issues }) => {
    for (const key of ['crl', 'user_from_certificate'] as const) {
      if (value.ca !== undefined || value[key] === undefined || value[key] === false) continue;
      const message = `\`${key}\` is about the certificates of clients, and without a \`ca\` none is asked for`;
      issues.push({ code: 'custom', path: [key], message, input: value, params: { code: 'CONFIG_CONFLICT' } });
    }
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
  websocket: z
    .boolean()
    .exactOptional()
    .meta({ description: 'True: MQTT over WebSocket, for programs in a browser; `ws:`, or `wss:` with `tls`' }),
});

export const listenersSchema = z
  .array(listenerSchema)
  .prefault([{ port: 1883 }])
  .meta({ description: 'Where clients connect' });

const aclRuleSchema = z
  .strictObject({
    filter: topicFilter.exactOptional().meta({
      description: "Topic filter; `%u` stands for the user's name and `%c` for the client id",
      examples: ['pinbus/v1/+/+/state'],
    }),
    access: z.enum(['read', 'write', 'readwrite', 'deny']).exactOptional().meta({
      description: 'read: receive; write: publish; readwrite: both; deny: neither, whatever other rules say',
    }),
    template: z.enum(ACL_TEMPLATES).exactOptional().meta({
      description:
        'In place of `filter` and `access`, the rights of a kind of client: homeassistant commands entities and manages discovery; node-red makes calls too and has `%u/#`; readonly sees all; device has `%u/#` and announces itself',
    }),
  })
  .transform(({ filter, access, template }, context): AclRule => {
    if (template !== undefined && filter === undefined && access === undefined) return { template };
    if (template === undefined && filter !== undefined && access !== undefined) return { filter, access };
    const message = 'needs a `filter` and an `access`, or a `template` alone';
    context.addIssue({ code: 'custom', message, params: { code: 'CONFIG_CONFLICT' } });
    return z.NEVER;
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
    .exactOptional()
    .meta({
      description:
        'scrypt hash of the password, as `pinbus user add` prints it; best kept by `!file`. Without it the user comes in by certificate alone',
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

const tokenKeySchema = z
  .strictObject({
    algorithm: z.enum(['HS256', 'ES256', 'RS256']).meta({ description: 'The one algorithm that the key is for' }),
    secret: z
      .string()
      .min(32)
      .exactOptional()
      .meta({
        description: 'For HS256: 32 characters or more, best kept by `!file`',
        examples: ['!file token.key'],
      }),
    key: path.exactOptional().meta({
      description: 'For ES256 and RS256: PEM file of a private key, or of the public one of whoever signs',
      examples: ['issuer.pem'],
    }),
  })
  .transform(({ algorithm, secret, key }, context): TokenKey => {
    if (algorithm === 'HS256' && secret !== undefined && key === undefined) return { algorithm, secret };
    if (algorithm !== 'HS256' && key !== undefined && secret === undefined) return { algorithm, key };
    const message = 'HS256 needs a `secret`; ES256 and RS256 need a `key`';
    context.addIssue({ code: 'custom', message, params: { code: 'CONFIG_CONFLICT' } });
    return z.NEVER;
  });

const tokensSchema = z
  .strictObject({
    issuer: z
      .string()
      .min(1)
      .max(255)
      .meta({ description: 'What the `iss` of a token has to say', examples: ['porch'] }),
    keys: z.array(tokenKeySchema).min(1).max(8).meta({
      description: 'Keys that tokens are signed with; the first that can sign is used for new ones',
    }),
    access_lifetime: duration({ min: '1m', max: '1d' })
      .prefault('15m')
      .meta({ description: 'How long an access token lets in; a connection ends with it' }),
    refresh_lifetime: duration({ min: '1h', max: '365d' }).prefault('30d').meta({
      description:
        'How long a client may stay away until it needs a new pair; a token that is valid for longer is refused',
    }),
    ledger: path.default('pinbus.tokens.json').meta({
      description:
        'File of the tokens that were revoked or exchanged, and of what the last ones allowed; relative to the folder of the database',
    }),
  })
  .meta({ description: 'Tokens (JWT) as passwords, as `pinbus token issue` makes them' });

const limitsSchema = z
  .strictObject({
    connections: z.int().min(1).max(4_096).default(4_096).meta({ description: 'Clients at once' }),
    connections_per_address: z.int().min(1).max(4_096).default(512).meta({ description: 'Of them from one address' }),
    connect_timeout: duration({ min: '1s', max: '60s' })
      .prefault('10s')
      .meta({ description: 'What a client may take to say who it is' }),
    packet_size: size({ min: '20B', max: '64MiB' })
      .prefault('2MiB')
      .meta({ description: 'Of the longest packet that a client may send; a longer one ends its connection' }),
    payload_size: size({ min: '1B', max: '64MiB' })
      .exactOptional()
      .meta({
        description:
          "Of a message's payload: one that is longer is refused (reason code 0x97; before MQTT 5 as `denied_publish` says), and its client stays. Without it the packet is the bound",
        examples: ['256KiB'],
      }),
    topic_size: size({ min: '64B', max: '65535B' }).prefault('65535B').meta({ description: 'Of a topic or a filter' }),
    topic_levels: z.int().min(8).max(201).default(201).meta({ description: 'Levels of a topic or a filter' }),
    subscriptions: z.int().min(1).max(100_000).default(10_000).meta({ description: 'Subscriptions of a client' }),
    publish_rate: z.int().min(0).max(1_000_000).default(0).meta({
      description:
        'Messages a second that a client may publish; it is slowed down above it, and cut off after half a minute. 0 is no bound',
    }),
    receive_maximum: z.int().min(1).max(65_535).default(1_024).meta({
      description: 'QoS 1 and 2 messages of a client that may wait for their acknowledgement; it is read on after that',
    }),
    inflight: z.int().min(1).max(1_024).default(128).meta({
      description: 'QoS 1 and 2 messages to a client that it may not have acknowledged; the rest waits in its queue',
    }),
    queue_messages: z.int().min(1).max(1_000_000).default(32_768).meta({
      description: 'QoS 1 and 2 messages that may wait for a client; the oldest gives way',
    }),
    queue_bytes: size({ min: '64KiB', max: '1GiB' }).prefault('8MiB').meta({ description: 'Bytes of them' }),
    queue_total_bytes: size({ min: '1MiB', max: '16GiB' })
      .prefault('128MiB')
      .meta({ description: 'Bytes of them for all clients together; the longest queue gives way' }),
  })
  .meta({ description: 'Bounds for each client' });

const expectedClientSchema = z.strictObject({
  id: plainName.meta({ description: 'Its client id', examples: ['node-red'] }),
  name: z
    .string()
    .min(1)
    .max(120)
    .exactOptional()
    .meta({ description: 'As Home Assistant shows it; made from the id when missing', examples: ['Node-RED'] }),
  heartbeat: duration({ min: '5s', max: '7d' })
    .exactOptional()
    .meta({ description: 'The longest between two messages of its; it counts as unhealthy after twice that' }),
});

export const brokerSchema = z
  .strictObject({
    listeners: listenersSchema,
    users: z
      .array(userSchema)
      .default([])
      .meta({ description: 'Who may connect; with none, everybody on this machine may' }),
    anonymous: z
      .array(aclRuleSchema)
      .min(1)
      .exactOptional()
      .meta({
        description:
          'What clients may do that give no user name, on every listener; without it they do not come in once there are `users` or `tokens`. Rules as in `users[].acl`, `%u` fits nobody',
        examples: [[{ filter: '"sensors/#"', access: 'write' }]],
      }),
    check_payload_format: z.boolean().exactOptional().meta({
      description: 'True refuses a payload that its publisher says is UTF-8 text (MQTT 5) and that is not',
    }),
    clients: z
      .array(expectedClientSchema)
      .max(256)
      .check(({ value, issues }) => {
        for (const [index, { id }] of value.entries()) {
          if (value.findIndex((other) => other.id === id) === index) continue;
          const params = { code: 'CONFIG_DUPLICATE_ID' };
          issues.push({
            code: 'custom',
            path: [index, 'id'],
            message: `two have the id "${id}"`,
            input: value,
            params,
          });
        }
      })
      .default([])
      .meta({
        description:
          'Services and nodes that are to be connected: each becomes a connectivity entity in Home Assistant',
      }),
    denied_publish: z.enum(['drop', 'close']).default('drop').meta({
      description:
        'What becomes of a client before MQTT 5 that publishes where it may not: its message is dropped, or its connection closed. MQTT 5 clients are told',
    }),
    denied_reason: z.enum(['tell', 'withhold']).default('tell').meta({
      description:
        'What MQTT 5 clients hear when a subscription, a publish or a will is denied them: that the right is missing (reason code 0x87), or that it was refused and no more (0x80). The log has it in any case',
    }),
    tokens: tokensSchema.exactOptional(),
    limits: limitsSchema.prefault({}),
    server_reference: z
      .string()
      .max(1024)
      .regex(/^(\[[0-9a-fA-F:]+\]|[\w.-]+)(:\d{1,5})?( (\[[0-9a-fA-F:]+\]|[\w.-]+)(:\d{1,5})?)*$/, {
        error: 'must be a host, or host:port, or several of them with a space between',
      })
      .exactOptional()
      .meta({
        description:
          'Where MQTT 5 clients are sent while this node is stopped (reason code 0x9C); without it they are told that it shuts down (0x8B)',
        examples: ['other.local:1883'],
      }),
    shared_subscriptions: z.enum(['round_robin', 'least_in_flight']).default('round_robin').meta({
      description:
        'Which member of a `$share` group gets a message: the next in turn, or the one that has the fewest left to acknowledge',
    }),
    sys_interval: duration({ max: '1h' })
      .prefault('10s')
      .meta({ description: 'How often the figures below `$SYS` are renewed; 0s is never' }),
  })
  .meta({ description: 'The MQTT broker inside the node' });
