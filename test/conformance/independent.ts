/** A suite of others, run by hand against the built program: its files are not in this repository. */
export interface Suite {
  readonly name: string;
  /** Of MQTT. */
  readonly version: string;
  readonly cases: number;
  /** What mosquitto 2.0.11 passes, with the same config on the same machine. */
  readonly mosquitto: number;
  readonly pinbus: number;
  /** Every case that pinbus does not pass, of those that count, and why that is as it should be. */
  readonly differences: readonly (readonly [why: string, ...cases: string[]])[];
  /** What pinbus is held to: every case, or those that mosquitto passes, where the suite is about mosquitto. */
  readonly counts: 'all' | 'mosquitto';
}

const LEVELS: Suite['differences'][number] = [
  'want a CONNACK of MQTT 5 for an unknown level; the specification has return code 1 [MQTT-3.1.2-2], which mosquitto 2.0.11 sends too',
  'proto ver 2',
  'proto ver 6',
];

export const SUITES: readonly Suite[] = [
  {
    name: 'Paho interoperability, `client_test.py`',
    version: '3.1.1',
    cases: 10,
    mosquitto: 8,
    pinbus: 10,
    counts: 'all',
    differences: [],
  },
  {
    name: 'Paho interoperability, `client_test5.py`',
    version: '5.0',
    cases: 27,
    mosquitto: 22,
    pinbus: 27,
    counts: 'all',
    differences: [],
  },
  {
    name: 'mosquitto 2.1.2, packet sequences (`test/broker/data`)',
    version: '3.1',
    cases: 8,
    mosquitto: 6,
    pinbus: 6,
    counts: 'all',
    differences: [LEVELS],
  },
  {
    name: 'mosquitto 2.1.2, packet sequences',
    version: '3.1.1',
    cases: 284,
    mosquitto: 243,
    pinbus: 282,
    counts: 'all',
    differences: [LEVELS],
  },
  {
    name: 'mosquitto 2.1.2, packet sequences',
    version: '5.0',
    cases: 1481,
    mosquitto: 1360,
    pinbus: 1479,
    counts: 'all',
    differences: [
      ['an empty topic without an alias is a Protocol Error (3.3.2.3.4), not Malformed', '30 topic 0'],
      ['the packet is not whole yet, so pinbus waits for the rest of it', '0A with illegal length C0'],
    ],
  },
  {
    name: 'mosquitto 2.0.11, broker tests that need no config (`test/broker/*.py`, chapters 1 to 5 and 7 to 13 but for plugins)',
    version: 'all',
    cases: 103,
    mosquitto: 102,
    pinbus: 86,
    counts: 'mosquitto',
    differences: [
      [
        'want silence for MQTT 5 clients that break the protocol; pinbus tells the reason, and so do the packet sequences of mosquitto 2.1.2, which has these tests no more. In 3.1.1 pinbus passes them',
        '01-connect-connack-2163',
        '02-subpub-qos1-bad-pubcomp',
        '02-subpub-qos1-bad-pubrec',
        '02-subpub-qos2-bad-puback-1',
        '02-subpub-qos2-bad-puback-2',
        '02-subpub-qos2-bad-pubcomp',
      ],
      [
        'wants 0x82 for too many levels; pinbus says 0x81, as mosquitto does from 2.0.21 on. In 3.1.1 pinbus passes it',
        '03-publish-long-topic',
      ],
      [
        'wants a Payload Format Indicator of 237 to travel; mosquitto 2.1.2 refuses it too',
        '12-prop-subpub-payload-format',
      ],
      [
        'a will is sent when its connection is taken over or its session ends, whatever its delay [MQTT-3.1.2-8]; Paho wants it as well',
        '07-will-delay',
        '07-will-delay-reconnect',
        '07-will-delay-recover',
        '07-will-takeover',
      ],
      [
        'send 21 bytes to a client that takes 20 [MQTT-3.1.2-24]',
        '12-prop-maximum-packet-size-publish-qos1',
        '12-prop-maximum-packet-size-publish-qos2',
      ],
      [
        'wants user properties to keep their places among other properties; pinbus keeps their order [MQTT-3.3.2-18]',
        '07-will-properties',
      ],
      ["compares the CONNACK with mosquitto's byte for byte", '12-prop-assigned-client-identifier'],
    ],
  },
  {
    name: 'mosquitto 2.0.11, broker tests that need one',
    version: 'all',
    cases: 47,
    mosquitto: 42,
    pinbus: 24,
    counts: 'mosquitto',
    differences: [
      [
        'wants packet identifiers to go on where they were before a restart; a new connection may begin anywhere [MQTT-2.2.1-4]',
        '11-persistent-subscription-no-local',
      ],
      [
        'makes hundreds of wrong logins in a row, which wait longer and longer here: it would take a quarter of an hour',
        '09-pwfile-parse-invalid',
      ],
      ['wants less virtual memory than Node.js begins with', '01-bad-initial-packets'],
      [
        'wants 0x95 in a PUBACK, which has no such code (3.4.2.1); pinbus says 0x97 (`limits.payload_size`)',
        '02-subpub-qos1-oversize-payload',
      ],
      [
        'a user name without a password comes in, and has the rights of that name; with pinbus a name has to be proved',
        '09-acl-change',
        '04-retain-check-source-persist',
        '04-retain-check-source-persist-diff-port',
      ],
      [
        'want a subscription granted that can get nothing; pinbus denies it (3.9.3)',
        '09-acl-access-variants',
        '09-acl-empty-file',
      ],
      [
        'a retained message is to go when its publisher loses the right to publish it; pinbus keeps what was published by right',
        '04-retain-check-source',
      ],
      ['wants a QoS above that of the publish [MQTT-3.8.4-8]', '04-retain-upgrade-outgoing-qos'],
      [
        'retained messages and QoS 2 can be switched off; the retained ones of a pinbus node are how Home Assistant knows it',
        '03-publish-qos1-retain-disabled',
        '13-malformed-publish-v5',
      ],
      [
        'a client without an id is refused; pinbus gives it one, as both specifications allow [MQTT-3.1.3-6]',
        '01-connect-zero-length-id',
      ],
      ['a prefix for all topics of a listener; here that is what rights by `%u` are for', '10-listener-mount-point'],
      [
        'a certificate may be shown and need not be; with pinbus a listener with a `ca` asks for one',
        '08-ssl-connect-no-identity',
      ],
      ['a user name with a space, and one made of the whole subject', '08-ssl-hup-disconnect'],
      ["mosquitto's bridge by TLS is started by its own config", '08-ssl-bridge'],
    ],
  },
];

const INTRODUCTION = `## Independent suites

Suites that others wrote, run by hand with mosquitto 2.0.11 as the control; they are not part of \`npm test\`. Paho's run from a transcript of its
tests, where the rules for clients without a user name (\`broker.anonymous\`) refuse the filter that must be refused, in MQTT 5 with
\`denied_reason: withhold\`, for the suite takes no other reason code than 0x80. mosquitto's run with its
config translated, and compare of a CONNACK and a DISCONNECT the codes alone; in its packet sequences silence counts where a CONNECT that is none
could be answered (3.1.4 of MQTT 5.0 leaves it open).`;

/** The part of docs/CONFORMANCE.md about suites of others. */
export function independentSuites(): string {
  const rows = SUITES.map(
    ({ name, version, cases, mosquitto, pinbus }) => `| ${name} | ${version} | ${cases} | ${mosquitto} | ${pinbus} |`,
  );
  const differences = SUITES.flatMap(({ name, version, differences: list }) =>
    list.length === 0
      ? []
      : [
          `${name}, ${version}:\n\n${list.map(([why, ...cases]) => `- ${cases.map((one) => `\`${one}\``).join(', ')}: ${why}`).join('\n')}\n`,
        ],
  );
  return [
    INTRODUCTION,
    '',
    '| suite | MQTT | cases | mosquitto 2.0.11 | pinbus |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    'What pinbus does not pass:',
    '',
    differences.join('\n'),
  ].join('\n');
}
