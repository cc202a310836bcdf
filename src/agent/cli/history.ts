import { Command, InvalidArgumentError, Option } from 'commander';
import { milliseconds } from '#topics';
import { MOMENT, momentOf, parseMoment } from '../calls/moment.ts';
import { AgentError } from '../errors.ts';
import { formatDuration, parseDuration } from '../platforms/fields.ts';
import { countArgument } from './arguments.ts';
import { addConnectionOptions } from './connection.ts';
import { partsAnswer, recordsAnswer } from './history/answer.ts';
import { plot, plotColumns } from './history/plot.ts';
import { table } from './history/table.ts';
import type { Io } from './io.ts';
import { addNodeOption, type NodeOptions } from './node-option.ts';
import { askNode } from './ask.ts';

interface HistoryOptions extends NodeOptions {
  readonly since: string;
  readonly until: string;
  readonly limit: number;
  readonly plot?: true;
  readonly json?: true;
}

export const historyCommand = (io: Io): Command =>
  addConnectionOptions(
    addNodeOption(
      new Command('history')
        .description('What an entity did and measured, when, and who had it done.')
        .argument('<entity>', 'its id, as in the config')
        .option('--since <time>', MOMENT, momentArgument, '24h')
        .addOption(new Option('--until <time>', 'the same').argParser(momentArgument).default('0s', 'now'))
        .option('--limit <count>', 'the newest of them, at most 1000', countArgument, 100)
        .option('--plot', 'draw it, as wide as the terminal')
        .option('--json', 'print the answer of the node as JSON'),
    ),
  )
    .addHelpText(
      'after',
      `
Examples:
  pinbus history porch_lamp
  pinbus history cpu_temperature --since 6h --plot
  pinbus history front_door --since 2026-11-20 --until 2026-11-21
  pinbus history porch_lamp --since 7d --limit 1000 --json | jq -r '.records[].at'`,
    )
    .action(async (entity: string, options: HistoryOptions) => {
      const now_ms = Date.now();
      const span_ms = momentOf(options.until, now_ms) - momentOf(options.since, now_ms);
      if (span_ms <= 0) throw new AgentError('CLI_USAGE', '--since must be before --until');
      const ask = await askNode(io, options);
      const span = { entity, since: forNode(options.since), until: forNode(options.until) };
      if (!options.plot) {
        const answer = recordsAnswer.parse(await ask('history', { ...span, limit: options.limit }));
        io.stdout.write(options.json ? `${JSON.stringify(answer)}\n` : table(answer));
        return;
      }
      const every_ms = Math.max(1_000, Math.ceil(span_ms / plotColumns(io.columns)));
      const answer = partsAnswer.parse(
        await ask('history', { ...span, every: formatDuration(milliseconds(every_ms)) }),
      );
      const columns = Math.ceil(span_ms / every_ms);
      io.stdout.write(options.json ? `${JSON.stringify(answer)}\n` : plot(answer, columns, every_ms));
    });

function momentArgument(text: string): string {
  if (parseMoment(text, 0) === undefined) throw new InvalidArgumentError(`Must be ${MOMENT}.`);
  return text;
}

/** A duration counts by the clock of the node; a time of day is one of this machine's time zone. */
const forNode = (text: string): string =>
  parseDuration(text) === undefined ? new Date(momentOf(text, 0)).toISOString() : text;
