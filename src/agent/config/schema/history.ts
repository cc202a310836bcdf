import { z } from 'zod';
import { duration, size } from '../../platforms/fields.ts';

export const historySchema = z
  .strictObject({
    max_bytes: size({ max: '1GiB' })
      .prefault('16MiB')
      .meta({ description: 'What it may take on the disk, about; `0B`: nothing is recorded' }),
    max_age: duration({ min: '1h' })
      .prefault('30d')
      .meta({ description: 'How long it is kept, by the time that the node ran' }),
  })
  .meta({
    description:
      'What entities did and measured, for `pinbus history` and `call/history`; in the database of the outbox',
  });
