import { HardwareError } from '#hw';
import { type ErrorEntry, PinbusError } from '#topics';

/** What can go wrong in the agent itself. docs/ERRORS.md explains each one. */
const AGENT_ERRORS = {
  AGENT_STEP_TIMEOUT: {
    retryable: true,
    remedy: 'look at the log lines before this one; if the machine was only busy, start again',
  },
  AGENT_STOPPED: {
    retryable: true,
    remedy: 'the node was told to stop before it was ready; start it again if that was not meant',
  },
  AGENT_CALL_UNKNOWN: {
    retryable: false,
    remedy: 'call one of the methods that the message names',
  },
  AGENT_CALL_PARAMS_INVALID: {
    retryable: false,
    remedy:
      'send the parameters that the message names as one JSON object; docs/TOPICS.md lists every method with its own',
  },
  AGENT_CALL_RETAINED: {
    retryable: false,
    remedy: 'publish calls without the retain flag',
  },
  AGENT_CALL_BUSY: { retryable: true, remedy: 'wait for the answers to earlier calls, then call again' },
  AGENT_CALL_FAILED: {
    retryable: true,
    remedy: 'the cause is in the log of the node; `log.level` with {"level":"debug"} shows more of it',
  },
  AGENT_COMMAND_RETAINED: {
    retryable: false,
    remedy: 'publish commands without the retain flag: a retained one would come again after each restart',
  },
  AGENT_COMMAND_HISTORIC: {
    retryable: false,
    remedy:
      'send the command again if it is still meant; a Message Expiry Interval (MQTT 5) keeps old ones from coming',
  },
  AGENT_ENTITY_UNKNOWN: {
    retryable: false,
    remedy: 'correct the id, or add the entity to the config; `pinbus topics` lists what there is',
  },
  AGENT_TOPIC_OWN: {
    retryable: false,
    remedy:
      'publish commands to the `set` topic of the entity; what it is comes from the node alone, which says it again',
  },
  AGENT_ENTITY_READ_ONLY: { retryable: false, remedy: 'this entity only reports: subscribe to its topics' },
  AGENT_ENTITY_OFFLINE: {
    retryable: true,
    remedy: 'the attributes of the entity say what its line lacks; it comes back by itself once that is cured',
  },
  AGENT_ENTITY_EXISTS: { retryable: false, remedy: 'remove the entity first; two cannot have one id' },
  AGENT_INTERLOCKED: {
    retryable: true,
    remedy:
      'switch the other output off first; `conflict: take_over` in the config does so by itself. One whose line fails counts as on',
  },
  AGENT_BUTTON_BUSY: { retryable: true, remedy: 'press again when the pulse is over' },
  AGENT_READ_BACK_DIFFERS: {
    retryable: true,
    remedy: 'look for a short, for wiring that holds the line, or for another program that drives it',
  },
  AGENT_SOURCE_ABSENT: {
    retryable: true,
    remedy: 'this machine does not measure it; remove the sensor or choose another `source`',
  },
  HEALTH_TEXTFILE: {
    retryable: true,
    remedy: 'let the user of pinbus write to that folder; under systemd it also needs `ReadWritePaths=` in the unit',
  },
  CLI_USAGE: { retryable: false, remedy: 'the command with `--help` shows how it is used, by example' },
  CLI_NOT_A_TERMINAL: {
    retryable: false,
    remedy: 'use `pinbus sub` for output that goes to a file or another program',
  },
  CLI_NODE_UNKNOWN: { retryable: false, remedy: 'name one of the nodes with `--node ID`' },
  CLI_NO_ANSWER: {
    retryable: true,
    remedy: 'see whether the node is online with `pinbus sub --retained-only "pinbus/v1/+/status"`',
  },
  CLI_OPENSSL_MISSING: { retryable: false, remedy: 'install it: `apt install openssl`' },
  CLI_FILE_EXISTS: { retryable: false, remedy: 'choose another file, or remove this one first' },
  CONFIG_INVALID: { retryable: false, remedy: 'run `pinbus check` to see everything that is wrong' },
  CONFIG_NOT_FOUND: {
    retryable: false,
    remedy: 'give the path of a config with `-c FILE`, or start without one to see the demo',
  },
  CONFIG_UNREADABLE: {
    retryable: false,
    remedy: 'the config is a plain UTF-8 file of at most 1 MiB that the user of pinbus may read',
  },
  CONFIG_SYNTAX: {
    retryable: false,
    remedy: 'two spaces a level, `key: value` with a space, no tabs; quote text that has `: ` or ` #` in it',
  },
  CONFIG_DUPLICATE_KEY: { retryable: false, remedy: 'keep one of the two' },
  CONFIG_UNKNOWN_TAG: { retryable: false, remedy: 'the tags are `!env NAME` and `!file PATH`' },
  CONFIG_ENV_MISSING: {
    retryable: false,
    remedy: 'set the variable in the environment of pinbus (`Environment=` in the systemd unit)',
  },
  CONFIG_FILE_MISSING: {
    retryable: false,
    remedy: 'create the file, or correct the path; it is relative to the folder of the config',
  },
  CONFIG_UNKNOWN_KEY: {
    retryable: false,
    remedy: 'remove the key or correct its spelling; docs/CONFIG.md lists every key',
  },
  CONFIG_MISSING_KEY: { retryable: false, remedy: 'add the key; docs/CONFIG.md says what it takes' },
  CONFIG_WRONG_TYPE: { retryable: false, remedy: 'write a value of the type that is expected' },
  CONFIG_NOT_AN_OPTION: { retryable: false, remedy: 'write one of the values that are allowed' },
  CONFIG_OUT_OF_RANGE: { retryable: false, remedy: 'write a value within the range' },
  CONFIG_BAD_FORMAT: { retryable: false, remedy: 'write the value in the form that is expected' },
  CONFIG_CONFLICT: { retryable: false, remedy: 'change one of the settings that do not go together' },
  CONFIG_UNKNOWN_PLATFORM: {
    retryable: false,
    remedy: 'write one of the platforms that there are; docs/CONFIG.md describes each',
  },
  CONFIG_DUPLICATE_ID: { retryable: false, remedy: 'give one of the two another name' },
  CONFIG_RESERVED_ID: { retryable: false, remedy: 'choose another id: this one names a topic of the node itself' },
  CONFIG_LINE_TAKEN: {
    retryable: false,
    remedy: 'connect each to a line of its own, or correct a number',
  },
  CONFIG_PORT_TAKEN: { retryable: false, remedy: 'give one of the two listeners another port or host' },
  CONFIG_LISTENER_OPEN: {
    retryable: false,
    remedy:
      "add `users`, or a `tls` with a `ca` that clients' certificates are checked against, or listen on 127.0.0.1",
  },
  CONFIG_BAD_FILTER: { retryable: false, remedy: '`+` stands for a whole level, `#` for the rest and comes last' },
  CONFIG_BAD_URL: {
    retryable: false,
    remedy: 'write the address as mqtt://host:port or mqtts://host:port, with no user and no password in it',
  },
  CONFIG_BAD_RENAME: {
    retryable: false,
    remedy: 'write each name of `filter` once in `to`: {name} is one level, {rest} at the end all that is left',
  },
  CONFIG_BRIDGE_LOOP: {
    retryable: false,
    remedy: 'narrow one of the two rules so that no message can come back to where it came from',
  },
  CONFIG_RULE_SHADOWED: {
    retryable: false,
    remedy: 'put the narrower rule first: the first that matches decides; or remove it',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

export type AgentErrorCode = keyof typeof AGENT_ERRORS;

export class AgentError extends PinbusError {
  constructor(code: AgentErrorCode, message: string, options?: ErrorOptions) {
    super(code, AGENT_ERRORS[code], message, options);
    this.name = 'AgentError';
  }
}

export { AGENT_ERRORS };

/** An error that has a code and a remedy, whichever room it is from; undefined for any other. */
export function coded(error: unknown): PinbusError | HardwareError | undefined {
  return error instanceof PinbusError || error instanceof HardwareError ? error : undefined;
}
