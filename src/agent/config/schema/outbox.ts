import { MESSAGE_CLASSES } from '#topics';
import { z } from 'zod';
import { duration, size } from '../../platforms/fields.ts';
import { path, topicFilter } from './fields.ts';

const maxMessages = z.int().min(1_000).max(100_000_000);
const maxAge = duration({ min: '1m', max: '365d' });

const classSchema = (topics: string, when_full: string) =>
  z
    .strictObject({
      filters: z
        .array(topicFilter)
        .exactOptional()
        .meta({ description: `More topics of the class, besides ${topics}`, examples: [['sensors/+/alarm']] }),
      max_bytes: size({ min: '64KiB', max: '1TiB' }).exactOptional().meta({ description: 'What it may hold' }),
      max_messages: maxMessages.exactOptional().meta({ description: 'The same, in messages' }),
      max_age: maxAge.exactOptional().meta({ description: 'How long one of its messages waits for an upstream' }),
      when_full: z
        .enum(['drop_oldest', 'compact', 'refuse'])
        .exactOptional()
        .meta({ description: `What happens then; \`${when_full}\` when missing` }),
    })
    .exactOptional();

const classesSchema = z
  .strictObject({
    event: classSchema('`event` topics of entities', 'refuse').meta({ description: 'What happened' }),
    command: classSchema('`set` topics and calls', 'refuse').meta({ description: 'What somebody wants' }),
    state: classSchema(
      '`state`, `attributes` and `availability` of entities, the state of the node and its discovery document',
      'compact',
    ).meta({
      description: 'How things are',
    }),
    telemetry: classSchema('all that no other class has', 'drop_oldest').meta({ description: 'All the rest' }),
  })
  .check((context) => {
    const seen = new Map<string, string>();
    for (const each of MESSAGE_CLASSES) {
      context.value[each]?.filters?.forEach((filter, index) => {
        const other = seen.get(filter);
        seen.set(filter, other ?? each);
        if (other === undefined) return;
        context.issues.push({
          code: 'custom',
          message: `the class "${other}" has the filter "${filter}" already`,
          input: filter,
          path: [each, 'filters', index],
        });
      });
    }
  })
  .exactOptional()
  .meta({
    description:
      'The bounds of each class of messages; the first are sent first, and give way last when the whole is full. Full: `drop_oldest` drops the oldest, `compact` keeps the newest retained message of each topic and then drops the oldest, `refuse` acknowledges no more until there is room',
  });

export const outboxSchema = z
  .strictObject({
    path: path.default('pinbus.db').meta({
      description:
        'The SQLite file; relative to `$STATE_DIRECTORY` where systemd sets it, else to the folder of the config',
    }),
    max_bytes: size({ min: '1MiB', max: '1TiB' }).prefault('256MiB').meta({
      description: 'What the outbox may hold; beyond it the classes give way, and what is dropped is counted',
    }),
    max_messages: maxMessages.exactOptional().meta({ description: 'The same, in messages' }),
    max_age: maxAge
      .prefault('7d')
      .meta({ description: 'How long a message waits for an upstream before it is dropped, and counted' }),
    classes: classesSchema,
  })
  .meta({ description: 'What upstreams have not confirmed yet, on disk' });
