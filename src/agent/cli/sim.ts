import { Argument, Command, Option } from 'commander';
import type { Client } from '#broker';
import { SIM_FAULTS } from '#hw';
import { isJsonObject, type JsonObject, type Milliseconds, milliseconds, type NodeId } from '#topics';
import { AgentError } from '../errors.ts';
import { durationArgument } from './arguments.ts';
import { addConnectionOptions, connect } from './connection.ts';
import type { Io } from './io.ts';
import { addNodeOption, chooseNode, type NodeOptions } from './node-option.ts';
import { paint } from './paint.ts';
import { printable } from './printable.ts';
import { request } from './request.ts';

/** How long the node may take to answer. */
const ANSWER_TIMEOUT = milliseconds(5_000);

interface SimOptions extends NodeOptions {
  readonly json?: true;
}

export const simCommand = (io: Io): Command =>
  new Command('sim')
    .description('Move the simulated pins of a node that runs on the sim driver, as the world around them would.')
    .addCommand(linesCommand(io))
    .addCommand(setCommand(io))
    .addCommand(pressCommand(io))
    .addCommand(failCommand(io))
    .addHelpText(
      'after',
      `
Examples:
  pinbus sim lines                                    every line that something holds
  pinbus sim press doorbell                           a short press
  pinbus sim press doorbell --for 3s                  a long one
  pinbus sim set hall_motion high                     somebody walks by
  pinbus sim fail 18 stuck                            a broken output; "none" heals it`,
    );

const linesCommand = (io: Io): Command =>
  withNode(new Command('lines').description('List the lines that something holds, their levels and holders.'))
    .option('--all', 'the free ones as well')
    .option('--json', 'print the list as JSON')
    .addHelpText(
      'after',
      `
Examples:
  pinbus sim lines
  pinbus sim lines --all --json`,
    )
    .action(async (options: SimOptions & { readonly all?: true }) => {
      await withClient(io, options, async (client, node) => {
        const answer = await request(client, node, 'sim.lines', {}, ANSWER_TIMEOUT);
        const lines = (Array.isArray(answer) ? answer : []).filter(isJsonObject);
        const shown = options.all ? lines : lines.filter((line) => line['consumer'] !== undefined);
        io.stdout.write(options.json ? `${JSON.stringify(shown)}\n` : shown.map((line) => lineText(line, io)).join(''));
      });
    });

const setCommand = (io: Io): Command =>
  withNode(
    new Command('set')
      .description('Drive a wire from outside.')
      .argument('<line>', 'number or name of the line, or an entity')
      .addArgument(
        new Argument('<level>', '"open" lets go of it, so that the pull decides').choices(['high', 'low', 'open']),
      ),
  )
    .option('--bounce <duration>', 'let the contact bounce for so long', durationArgument)
    .addHelpText(
      'after',
      `
Examples:
  pinbus sim set 23 high
  pinbus sim set hall_motion low
  pinbus sim set front_door high --bounce 20ms
  pinbus sim set 23 open`,
    )
    .action(async (line: string, level: string, options: SimOptions & { readonly bounce?: Milliseconds }) => {
      await onLine(io, options, line, 'sim.line', {
        level,
        ...(options.bounce === undefined ? {} : { bounce_ms: options.bounce }),
      });
    });

const pressCommand = (io: Io): Command =>
  withNode(
    new Command('press')
      .description('Make a line active as its entity understands it, and let go of it.')
      .argument('<line>', 'number or name of the line, or an entity'),
  )
    .addOption(
      new Option('--for <duration>', 'how long it is held')
        .argParser(durationArgument)
        .default(milliseconds(100), '100ms'),
    )
    .addHelpText(
      'after',
      `
Examples:
  pinbus sim press doorbell
  pinbus sim press doorbell --for 3s`,
    )
    .action(async (line: string, options: SimOptions & { readonly for: Milliseconds }) => {
      await onLine(io, options, line, 'sim.press', { hold_ms: options.for });
    });

const failCommand = (io: Io): Command =>
  withNode(
    new Command('fail')
      .description('Make a line fail, or heal it.')
      .argument('<line>', 'number or name of the line, or an entity')
      .addArgument(new Argument('<fault>', 'what is wrong with it').choices([...SIM_FAULTS, 'none'])),
  )
    .addHelpText(
      'after',
      `
Examples:
  pinbus sim fail porch_lamp stuck
  pinbus sim fail porch_lamp none`,
    )
    .action(async (line: string, fault: string, options: SimOptions) => {
      await onLine(io, options, line, 'sim.fail', { fault: fault === 'none' ? null : fault });
    });

const withNode = (command: Command): Command => addConnectionOptions(addNodeOption(command));

async function onLine(
  io: Io,
  options: SimOptions,
  line: string,
  method: string,
  params: Readonly<Record<string, unknown>>,
): Promise<void> {
  await withClient(io, options, async (client, node) => {
    await request(client, node, method, { line: await lineOf(client, node, line), ...params }, ANSWER_TIMEOUT);
  });
}

async function withClient(
  io: Io,
  options: SimOptions,
  work: (client: Client, node: NodeId) => Promise<void>,
): Promise<void> {
  const client = await connect(io, options);
  try {
    await work(client, await chooseNode(io, client, options));
  } finally {
    await client.close();
  }
}

/** A number is a line; a word is an entity that has one line, else the name of a line. */
async function lineOf(client: Client, node: NodeId, text: string): Promise<number | string> {
  if (/^\d+$/.test(text)) return Number(text);
  const answer = await request(client, node, 'entities', {}, ANSWER_TIMEOUT);
  const entities = (Array.isArray(answer) ? answer : []).filter(isJsonObject);
  const lines: unknown = entities.find((entity) => entity['id'] === text)?.['lines'];
  if (lines === undefined) return text;
  const [only, ...more] = Array.isArray(lines) ? lines : [];
  if (more.length === 0 && (typeof only === 'number' || typeof only === 'string')) return only;
  throw new AgentError('CLI_USAGE', `${text} has no line of its own, or several; name the line`);
}

function lineText(line: JsonObject, io: Io): string {
  const { dim, green } = paint(io.colour);
  const { offset, name, direction, high, duty } = line;
  const consumer = typeof line['consumer'] === 'string' ? line['consumer'] : '';
  const level = high === true ? green('high') : 'low ';
  const pwm = typeof duty === 'number' ? `  ${Math.round(duty * 100)} %` : '';
  const place = printable(`${String(offset).padStart(4)}  ${String(name).padEnd(12)}  ${String(direction).padEnd(3)}`);
  return `${place}  ${level}  ${dim(printable(consumer))}${pwm}\n`;
}
