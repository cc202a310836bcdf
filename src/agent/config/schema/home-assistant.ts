import { topicNameFault } from '#topics';
import { z } from 'zod';
import { duration } from '../../platforms/fields.ts';

const discoveryPrefix = z
  .string()
  .refine((prefix) => topicNameFault(prefix) === undefined && !/^[/$]|\/$/.test(prefix), {
    params: { code: 'CONFIG_BAD_FORMAT' },
    error: 'must be a topic without wildcards, and with no / at its ends, such as homeassistant',
  });

const singleComponent = z.string().regex(/^[a-z_]+\/(?:[A-Za-z0-9_-]+\/)?[A-Za-z0-9_-]+$/, {
  error: 'must be <component>/<object_id> or <component>/<node_id>/<object_id>, such as switch/porch/lamp',
});

export const homeAssistantSchema = z
  .strictObject({
    discovery: z.boolean().default(true).meta({ description: 'False: nothing is announced' }),
    prefix: discoveryPrefix.default('homeassistant').meta({ description: "Home Assistant's discovery prefix" }),
    on_delete: z
      .enum(['restore', 'stay_away'])
      .default('restore')
      .meta({ description: 'Whether a device that was deleted in Home Assistant is announced again' }),
    birth_jitter: duration({ max: '5m' })
      .prefault('5s')
      .meta({ description: 'When Home Assistant starts, the node waits a random time up to this before it answers' }),
    migrate_from: z
      .array(singleComponent)
      .default([])
      .meta({
        description: 'Discovery topics of an earlier setup that are to become part of this device, without the prefix',
        examples: [['switch/porch/lamp']],
      }),
  })
  .meta({ description: 'What Home Assistant is told' });
