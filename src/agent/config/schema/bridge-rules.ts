import { topicNameFault } from '#topics';
import { z } from 'zod';
import { qos, topicFilter } from './fields.ts';

const ruleSchema = z.strictObject({
  filter: topicFilter.meta({
    description: 'The topics that the rule is for; of several rules the first that matches decides',
    examples: ['pinbus/v1/porch/#', 'pinbus/v1/{node}/{rest}'],
  }),
  to: z
    .string()
    .min(1)
    .exactOptional()
    .meta({
      description:
        'What these topics are called upstream. Names in `filter` and `to` say what goes where: `{node}`, `{entity}` or any other is one level, `{rest}` at the end all that is left',
      examples: ['houses/{node}/{rest}'],
    }),
  qos: qos.default(1).meta({ description: 'The highest quality of service that messages cross with' }),
  retain: z.boolean().default(true).meta({ description: 'False: nothing is retained upstream' }),
});

export const outRuleSchema = ruleSchema.extend({
  qos0: z.enum(['keep', 'drop_offline']).exactOptional().meta({
    description:
      'Messages of QoS 0 while the upstream is away: kept for it, as when this is missing, or dropped and counted. They are kept when any rule of the bridge that matches keeps them',
  }),
});

export const inRuleSchema = ruleSchema.extend({
  to: ruleSchema.shape.to.meta({
    description: 'What these topics are called here, by the names in `filter`',
    examples: ['pinbus/v1/porch/{entity}/set'],
  }),
  retain: z.boolean().default(true).meta({
    description: 'False: what the upstream has retained is not asked for, and nothing is retained here',
  }),
  entities: z
    .array(z.string())
    .min(1)
    .exactOptional()
    .meta({
      description: 'The rule is for commands to these entities alone; all else is refused, and answered on `rejected`',
      examples: [['porch_lamp']],
    }),
});

/** What stands before every topic of a bridge, as far as a topic's name allows. */
export const topicPrefix = z.string().check((context) => {
  const { value } = context;
  const fault = /^\/|\/$/.test(value) ? 'the slash between is not part of it' : topicNameFault(value);
  if (fault === undefined) return;
  context.issues.push({
    code: 'custom',
    message: fault,
    input: value,
    params: { code: 'CONFIG_BAD_FORMAT', allowed: 'levels of a topic, such as tenants/acme' },
  });
});
