import { Command } from 'commander';
import { AgentError } from '../errors.ts';
import { addConnectionOptions, clientOptions, type ConnectionOptions } from './connection.ts';
import { type Io, terminalOf } from './io.ts';
import { Monitor } from './monitor/session.ts';

export const monitorCommand = (io: Io): Command =>
  addConnectionOptions(
    new Command('monitor').description('Watch every node of a broker live, and switch things. "?" shows the keys.'),
  )
    .addHelpText(
      'after',
      `
Examples:
  pinbus monitor                                      the node of this machine
  pinbus monitor -c porch.yaml
  pinbus monitor --url mqtt://porch.local --user me   a node far away`,
    )
    .action(async (options: ConnectionOptions) => {
      const terminal = terminalOf(io);
      if (terminal === undefined) {
        throw new AgentError(
          'CLI_NOT_A_TERMINAL',
          'the monitor draws on a terminal, and this is none that it can draw on',
        );
      }
      await new Monitor(terminal, await clientOptions(io, options), io.colour).run();
    });
