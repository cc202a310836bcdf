import { z } from 'zod';
import { duration, size } from '../../platforms/fields.ts';
import { path } from './fields.ts';

export const outboxSchema = z
  .strictObject({
    path: path.default('pinbus.db').meta({
      description:
        'The SQLite file; relative to `$STATE_DIRECTORY` where systemd sets it, else to the folder of the config',
    }),
    max_bytes: size({ min: '1MiB', max: '1TiB' })
      .prefault('256MiB')
      .meta({ description: 'What the outbox may hold; the oldest messages are dropped beyond it, and counted' }),
    max_age: duration({ min: '1m', max: '365d' })
      .prefault('7d')
      .meta({ description: 'How long a message waits for an upstream before it is dropped, and counted' }),
  })
  .meta({ description: 'What upstreams have not confirmed yet, on disk' });
