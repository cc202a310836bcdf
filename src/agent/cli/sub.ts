import { Command } from 'commander';
import type { Client } from '#broker';
import type { Message, Milliseconds } from '#topics';
import { EXIT } from '../lifecycle/exit-code.ts';
import { countArgument, durationArgument, filterArgument } from './arguments.ts';
import { addConnectionOptions, connect, type ConnectionOptions } from './connection.ts';
import { Exit } from './exit.ts';
import type { Io } from './io.ts';
import { messageJson, messageLine } from './message-line.ts';

const EVERYTHING = 'pinbus/#';

interface SubOptions extends ConnectionOptions {
  readonly count?: number;
  readonly timeout?: Milliseconds;
  readonly retainedOnly?: true;
  readonly properties?: true;
  readonly json?: true;
}

export const subCommand = (io: Io): Command =>
  addConnectionOptions(
    new Command('sub')
      .description('Print the messages that match, as they come. Ctrl-C ends it.')
      .argument('[filters...]', 'topic filters with + and #; pinbus/# when there is none', filterArgument)
      .option('-n, --count <count>', 'end after so many messages', countArgument)
      .option(
        '--timeout <duration>',
        'end after this time, with exit code 75 if --count was not reached',
        durationArgument,
      )
      .option('--retained-only', 'print what the broker keeps now, and end')
      .option('--properties', 'show QoS, user properties and the rest of MQTT 5')
      .option('--json', 'one JSON document a line'),
  )
    .addHelpText(
      'after',
      `
Examples:
  pinbus sub                                          everything of every node
  pinbus sub 'pinbus/v1/porch/+/state'                the states of one node
  pinbus sub --retained-only 'homeassistant/#'        what Home Assistant was told
  pinbus sub -n 1 --timeout 10s pinbus/v1/porch/doorbell/event && echo ding
  pinbus sub --json '#' | jq -r .topic`,
    )
    .action(async (filters: string[], options: SubOptions) => {
      const client = await connect(io, options);
      try {
        const complete = await receive(client, filters.length === 0 ? [EVERYTHING] : filters, options, (message) => {
          io.stdout.write(`${line(message, io, options)}\n`);
        });
        if (!complete) throw new Exit(EXIT.temporary);
      } finally {
        await client.close();
      }
    });

/** Hands over messages until there were enough of them or the time is up. False: fewer came than were asked for. */
function receive(
  client: Client,
  filters: readonly string[],
  { count, timeout, retainedOnly }: SubOptions,
  handler: (message: Message) => void,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let left = count ?? Number.POSITIVE_INFINITY;
    const timer = timeout === undefined ? undefined : setTimeout(() => finish(), timeout);
    const finish = () => {
      clearTimeout(timer);
      resolve(count === undefined || left === 0);
    };
    client.onLost(reject);
    client
      .subscribe(filters, (message) => {
        if (left === 0 || (retainedOnly && !message.retain)) return;
        left -= 1;
        handler(message);
        if (left === 0) finish();
      })
      .then(() => (retainedOnly ? client.unsubscribe(filters).then(finish) : undefined))
      .catch(reject);
  });
}

function line(message: Message, io: Io, options: SubOptions): string {
  const at = new Date();
  return options.json
    ? messageJson(message, at)
    : messageLine(message, at, { colour: io.colour, properties: options.properties === true });
}
