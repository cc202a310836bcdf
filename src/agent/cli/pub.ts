import { Command } from 'commander';
import type { Message, Qos, UserProperty } from '#topics';
import { propertyArgument, qosArgument, secondsArgument, topicArgument } from './arguments.ts';
import { addConnectionOptions, connect, type ConnectionOptions } from './connection.ts';
import type { Io } from './io.ts';
import { readAll } from './read-all.ts';

interface PubOptions extends ConnectionOptions {
  readonly qos: Qos;
  readonly retain?: true;
  readonly property?: readonly UserProperty[];
  readonly expire?: number;
}

export const pubCommand = (io: Io): Command =>
  addConnectionOptions(
    new Command('pub')
      .description('Publish one message and wait until the broker has it.')
      .argument('<topic>', 'topic to publish to', topicArgument)
      .argument('[payload]', 'what to publish; "-" reads it from standard input', '')
      .option('-q, --qos <qos>', 'quality of service: 0, 1 or 2', qosArgument, 1)
      .option('-r, --retain', 'keep it for those who subscribe later; an empty payload deletes what is kept')
      .option('-p, --property <name=value>', 'user property; may be given several times', propertyArgument)
      .option('--expire <duration>', 'the message is of no use after this time', secondsArgument),
  )
    .addHelpText(
      'after',
      `
Examples:
  pinbus pub pinbus/v1/porch/porch_lamp/set ON
  pinbus pub pinbus/v1/porch/stairs/set '{"state":"ON","brightness":80}'
  pinbus pub -r house/mode away                       kept by the broker
  echo 21.5 | pinbus pub garden/temperature -         from a pipe
  pinbus pub --url mqtts://broker.example --user me house/mode home`,
    )
    .action(async (topic: string, payload: string, options: PubOptions) => {
      const content = payload === '-' ? await readAll(io.stdin) : Buffer.from(payload);
      const client = await connect(io, options);
      try {
        await client.publish(message(topic, content, options));
      } finally {
        await client.close();
      }
    });

function message(topic: string, payload: Buffer, { qos, retain, property, expire }: PubOptions): Message {
  const properties = {
    ...(property === undefined ? {} : { userProperties: property }),
    ...(expire === undefined ? {} : { messageExpiryInterval: expire }),
  };
  return { topic, payload, qos, retain: retain === true, properties };
}
