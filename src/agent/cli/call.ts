import { Command, InvalidArgumentError, Option } from 'commander';
import { type JsonObject, type Milliseconds, milliseconds, parseJsonObject } from '#topics';
import { durationArgument } from './arguments.ts';
import { addConnectionOptions, connect } from './connection.ts';
import type { Io } from './io.ts';
import { addNodeOption, chooseNode, type NodeOptions } from './node-option.ts';
import { request } from './request.ts';
import { resultText } from './result-text.ts';

interface CallOptions extends NodeOptions {
  readonly timeout: Milliseconds;
  readonly json?: true;
}

export const callCommand = (io: Io): Command =>
  addConnectionOptions(
    addNodeOption(
      new Command('call')
        .description('Ask a node something and print its answer.')
        .argument('<method>', 'info, health, entities, config.check, log.level, ...')
        .argument('[params]', 'parameters, as a JSON object', paramsArgument, {})
        .addOption(
          new Option('--timeout <duration>', 'how long to wait for the answer')
            .argParser(durationArgument)
            .default(milliseconds(5_000), '5s'),
        )
        .option('--json', 'print the answer as JSON'),
    ),
  )
    .addHelpText(
      'after',
      `
Examples:
  pinbus call info
  pinbus call health --json | jq .outbox.depth
  pinbus call log.level '{"level":"debug"}'
  pinbus call entities --url mqtt://porch.local --node porch`,
    )
    .action(async (method: string, params: JsonObject, options: CallOptions) => {
      const client = await connect(io, options);
      try {
        const node = await chooseNode(io, client, options);
        const result = await request(client, node, method, params, options.timeout);
        io.stdout.write(resultText(result, options.json === true));
      } finally {
        await client.close();
      }
    });

function paramsArgument(text: string): JsonObject {
  const params = parseJsonObject(text);
  if (!params.ok) throw new InvalidArgumentError(`Must be a JSON object: ${params.message}`);
  return params.value;
}
