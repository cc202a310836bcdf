import { CHAPTERS } from './chapters.ts';
import { CLAUSES } from './clauses.ts';
import { independentSuites } from './independent.ts';
import { clausesOf, differs, type Statement } from './statement.ts';

const INTRODUCTION = `# Conformance

Every normative statement of MQTT 3.1.1 and MQTT 5.0, by its number in appendix B, and what shows that pinbus keeps it. The statements
are told in words of our own; the specifications are [MQTT 3.1.1](https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html) and
[MQTT 5.0](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html).

\`npm run test:conformance\` runs each check with raw packets against pinbus and, in the same run, against mosquitto as a control. This page is
made from the checks by \`npm run conformance\`.

Where the specification leaves a choice, pinbus answers as mosquitto does, because clients were made with it:

- a CONNECT that is no CONNECT is not answered [MQTT-3.1.4-1]; neither is a second one, a ping with something in it, a Remaining Length of
  more than 4 bytes, nor a DISCONNECT with a reason code that is none: the connection ends;
- a QoS 2 message may be repeated with DUP as often as it takes until its PUBREC was sent, and once more; who goes on is cut off. A client that
  publishes to itself gets the PUBREC before the message;
- nobody publishes to \`$share/...\` or \`$SYS\`, a bridge's state excepted: MQTT 5 clients get 0x87;
- a property in a packet it does not belong to is a Protocol Error (0x82), in SUBSCRIBE and UNSUBSCRIBE Malformed (0x81), which the specification
  (2.2.2.2) has for all;
- PUBREL and PUBCOMP for an identifier that is not known have reason code 0 and not 0x92;
- names (topics, filters, client ids, user names) have no control characters, which 1.5.4 lets a receiver refuse;
- a PUBACK says 0x10 when nobody is there; a PUBREC does not;
- properties travel in the order they came in;
- a login that is refused is Not authorized, whatever was wrong: 0x87, and 5 before MQTT 5, where 4 is for a name or password that is malformed;
- reason strings go with every refusal that is a matter of policy. With 0x81 and 0x82, which a program brought on itself, they go to clients that
  ask by Request Problem Information 1; the log has them in any case.

Where mosquitto 2.0.11 does otherwise, and its own tests with it, pinbus keeps to the specification:

- MQTT 5 clients that break the protocol get a DISCONNECT with the reason (4.13.1); mosquitto closes without a word in many cases;
- a will is sent when a connection is taken over (3.1.4 of MQTT 5.0), and at the end of a session that ends with its connection, however long its
  delay (3.1.3.2.2);
- a Maximum Packet Size counts the whole packet, the first byte too (3.1.2.11.4);
- a QoS 2 message is delivered when it comes, not when it is released (figure 4.3 has both): who has its PUBREC need not come back for it;
- a Payload Format Indicator of 2 is an error (3.3.2.3.2);
- an empty topic without an alias is a Protocol Error (3.3.2.3.4).
`;

const cell = (text: string): string => text.replaceAll('|', '\\|');

function row(statement: Statement, chapter: string, key: 'v3' | 'v5'): string[] {
  const version = key === 'v3' ? 4 : 5;
  const shown = statement.check === undefined ? `not tested: ${statement.untested}` : `\`${chapter}\``;
  const reason = differs(statement, version);
  const control = statement.check === undefined ? '' : reason === undefined ? 'agrees' : `not asked: ${reason}`;
  const clauses = clausesOf(statement[key]).join(', ');
  return clauses === '' ? [] : [`| ${clauses} | ${cell(statement.says)} | ${cell(shown)} | ${cell(control)} |`];
}

function section(title: string, key: 'v3' | 'v5'): string {
  const rows = Object.entries(CHAPTERS).flatMap(([chapter, statements]) =>
    statements.flatMap((statement) => row(statement, chapter, key)),
  );
  const tested = new Set(
    Object.values(CHAPTERS)
      .flat()
      .flatMap((statement) => (statement.check === undefined ? [] : clausesOf(statement[key]))),
  );
  const count = `${CLAUSES[key].length} statements, ${tested.size} of them tested; the others bind clients or cannot be seen.`;
  return `## ${title}\n\n${count}\n\n| [MQTT-...] | demands | test/conformance/chapters | mosquitto |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

/** docs/CONFORMANCE.md. */
export const conformancePage = (): string =>
  [INTRODUCTION, independentSuites(), section('MQTT 3.1.1', 'v3'), section('MQTT 5.0', 'v5')].join('\n');
