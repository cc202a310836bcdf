import { filterFault } from '#topics';
import { z } from 'zod';

/** Fields that several sections have and entities do not. */

/** A topic filter as MQTT 5.0, 4.7 defines it. */
export const topicFilter = z.string().check((context) => {
  const fault = filterFault(context.value);
  if (fault === undefined) return;
  context.issues.push({
    code: 'custom',
    message: fault,
    input: context.value,
    params: { code: 'CONFIG_BAD_FILTER' },
  });
});

/** Path of a file, relative to the folder of the config. */
export const path = z.string().min(1).max(4096);

/** Names a bridge or a user in logs, topics and access rules, where wildcards and slashes would mean something else. */
export const plainName = z
  .string()
  .regex(/^[A-Za-z0-9_.@-]{1,64}$/, { error: 'must be 1 to 64 of A-Z, a-z, 0-9, _ . @ and -' });

export const qos = z.literal([0, 1, 2]);
