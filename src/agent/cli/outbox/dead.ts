import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { AgentError } from '../../errors.ts';
import { addConnectionOptions } from '../connection.ts';
import type { Io } from '../io.ts';
import { size } from '../monitor/quantity.ts';
import { addNodeOption, type NodeOptions } from '../node-option.ts';
import { printable, printablePayload } from '../printable.ts';
import { type Ask, askNode } from '../ask.ts';

/** In one question, at most. */
const AT_ONCE = 100;

const deadLetter = z.object({
  id: z.number(),
  bridge: z.string(),
  topic: z.string(),
  reason: z.string(),
  published_at: z.number(),
  refused_at: z.number(),
  bytes: z.number(),
});
const wholeDeadLetter = deadLetter.extend({ qos: z.number(), retain: z.boolean(), payload_base64: z.base64() });

interface DeadOptions extends NodeOptions {
  readonly bridge?: string;
  readonly all?: true;
  readonly json?: true;
}

export const deadCommand = (io: Io): Command =>
  new Command('dead')
    .description('Messages that an upstream refused for good: look at them, send them again, delete them.')
    .addCommand(listCommand(io))
    .addCommand(showCommand(io))
    .addCommand(eachCommand(io, 'retry', 'Send dead letters once more, not retained.'))
    .addCommand(eachCommand(io, 'delete', 'Delete dead letters.'))
    .addHelpText(
      'after',
      `
Examples:
  pinbus outbox dead list --bridge cloud
  pinbus outbox dead show 7
  pinbus outbox dead retry --all
  pinbus outbox dead delete 7 8`,
    );

const listCommand = (io: Io): Command =>
  withNode(
    new Command('list')
      .description('Every dead letter with its reason.')
      .option('--bridge <name>', 'of this bridge alone')
      .option('--json', 'print a JSON document each, a line each')
      .addHelpText(
        'after',
        `
Examples:
  pinbus outbox dead list
  pinbus outbox dead list --bridge cloud --json | jq -r .topic`,
      ),
  ).action(async (_: unknown, command: Command) => {
    const options: DeadOptions = command.optsWithGlobals();
    const ask = await askNode(io, options);
    for await (const letter of every(ask, options.bridge)) {
      io.stdout.write(options.json ? `${JSON.stringify(letter)}\n` : letterLine(letter));
    }
  });

const showCommand = (io: Io): Command =>
  withNode(
    new Command('show')
      .description('One dead letter with its payload.')
      .argument('<id>', 'as `list` says it', idArgument)
      .option('--json', 'print it as JSON, with the payload in base64')
      .addHelpText(
        'after',
        `
Examples:
  pinbus outbox dead show 7
  pinbus outbox dead show 7 --json | jq -r .payload_base64 | base64 -d`,
      ),
  ).action(async (id: number, _: unknown, command: Command) => {
    const options: DeadOptions = command.optsWithGlobals();
    const ask = await askNode(io, options);
    const letter = wholeDeadLetter.parse(await ask('outbox.dead.show', { letter: id }));
    io.stdout.write(options.json ? `${JSON.stringify(letter)}\n` : letterLine(letter) + payloadText(letter));
  });

const eachCommand = (io: Io, verb: 'retry' | 'delete', description: string): Command =>
  withNode(
    new Command(verb)
      .description(description)
      .argument('[ids...]', 'as `list` says them', addId)
      .option('--all', 'every one')
      .option('--bridge <name>', 'with --all: of this bridge alone')
      .addHelpText(
        'after',
        `
Examples:
  pinbus outbox dead ${verb} 7 8
  pinbus outbox dead ${verb} --all --bridge cloud`,
      ),
  ).action(async (ids: readonly number[] | undefined, _: unknown, command: Command) => {
    const options: DeadOptions = command.optsWithGlobals();
    if ((ids !== undefined && ids.length > 0) === (options.all === true)) {
      throw new AgentError('CLI_USAGE', `name dead letters by their ids, or all of them with --all`);
    }
    const ask = await askNode(io, options);
    const chosen = [...(ids ?? [])];
    // All that are there now: one that is refused again is a new one, and would come round for ever.
    if (options.all) for await (const letter of every(ask, options.bridge)) chosen.push(letter.id);
    for (let from = 0; from < chosen.length; from += AT_ONCE) {
      await ask(`outbox.dead.${verb}`, { letters: chosen.slice(from, from + AT_ONCE) });
    }
    io.stdout.write(`${chosen.length} ${verb === 'retry' ? 'sent again' : 'deleted'}\n`);
  });

const withNode = (command: Command): Command => addConnectionOptions(addNodeOption(command));

async function* every(ask: Ask, bridge: string | undefined): AsyncGenerator<z.infer<typeof deadLetter>> {
  for (let after = 0; ; ) {
    const params = { after, ...(bridge === undefined ? {} : { bridge }) };
    const letters = z.array(deadLetter).parse(await ask('outbox.dead.list', params));
    const last = letters.at(-1);
    if (last === undefined) return;
    yield* letters;
    after = last.id;
  }
}

function letterLine({ id, bridge, topic, reason, published_at, bytes }: z.infer<typeof deadLetter>): string {
  return `${id}  ${new Date(published_at).toISOString()}  ${bridge}  ${printable(topic)}  ${size(bytes)}\n    ${printable(reason)}\n`;
}

const payloadText = ({ payload_base64 }: z.infer<typeof wholeDeadLetter>): string =>
  `${printablePayload(Buffer.from(payload_base64, 'base64'))}\n`;

/** Commander gives what was parsed before, nothing at first. */
const addId = (text: string, before: readonly number[] | undefined): readonly number[] => [
  ...(before ?? []),
  idArgument(text),
];

function idArgument(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Must be the number of a dead letter.');
  return Number(text);
}
