import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { addConnectionOptions } from './connection.ts';
import type { Io } from './io.ts';
import { addNodeOption, type NodeOptions } from './node-option.ts';
import { askNode } from './ask.ts';
import { deadCommand } from './outbox/dead.ts';
import { type OutboxReport, outboxReport, outboxText, progressLine } from './outbox/report.ts';

const WATCH_MS = 1_000;

interface OutboxOptions extends NodeOptions {
  readonly watch?: true;
  readonly json?: true;
}

export const outboxCommand = (io: Io): Command =>
  addConnectionOptions(
    addNodeOption(
      new Command('outbox')
        .description('What waits for each upstream, since when, and how long it will take.')
        .option('-w, --watch', 'once a second, until nothing waits')
        .option('--json', 'print JSON, with --watch a line each'),
    ),
  )
    .addCommand(deadCommand(io))
    .addHelpText(
      'after',
      `
Examples:
  pinbus outbox
  pinbus outbox --watch
  pinbus outbox --json | jq '.bridges[] | select(.depth > 0)'
  pinbus outbox dead list`,
    )
    .action(async (options: OutboxOptions) => {
      const ask = await askNode(io, options);
      const report = async () => outboxReport.parse(await ask('outbox.status'));
      if (options.watch) await watch(io, report, options);
      else io.stdout.write(options.json ? `${JSON.stringify(await report())}\n` : outboxText(await report()));
    });

async function watch(io: Io, ask: () => Promise<OutboxReport>, { json }: OutboxOptions): Promise<void> {
  const redraws = io.isTerminal && !json;
  for (;;) {
    const report = await ask();
    const line = json ? JSON.stringify(report) : progressLine(report);
    io.stdout.write(redraws ? `\r\u001b[K${line}` : `${line}\n`);
    if (report.depth === 0) break;
    await sleep(WATCH_MS);
  }
  if (redraws) io.stdout.write('\n');
}
