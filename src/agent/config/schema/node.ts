import { nameFromId } from '#topics';
import { z } from 'zod';

export const nodeSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9_-]{1,64}$/, { error: 'must be 1 to 64 of a-z, 0-9, _ and -' })
      .meta({ description: 'The node in every topic: `pinbus/v1/<id>/...`; unique on the bus', examples: ['porch'] }),
    name: z
      .string()
      .min(1)
      .max(120)
      .exactOptional()
      .meta({
        description: 'As Home Assistant shows the device; made from the id when missing',
        examples: ['Porch Pi'],
      }),
    area: z
      .string()
      .min(1)
      .max(120)
      .exactOptional()
      .meta({ description: 'The area that Home Assistant suggests for the device', examples: ['Porch'] }),
  })
  .transform((node) => ({ ...node, name: node.name ?? nameFromId(node.id) }))
  .meta({ description: 'Who this node is', examples: [{ id: 'porch' }] });
