import { DRIVER_NAMES } from '#hw';
import { z } from 'zod';

export const hardwareSchema = z
  .strictObject({
    gpio: z
      .strictObject({
        driver: z
          .enum(['auto', ...DRIVER_NAMES])
          .default('auto')
          .meta({ description: 'How pins are reached; auto takes the best that works here, sim has no pins at all' }),
        chip: z
          .string()
          .min(1)
          .optional()
          .meta({ description: "The chip of the pins: its label or its path under /dev; default: a Pi's header" }),
        board: z.enum(['pi4', 'pi5']).default('pi5').meta({ description: 'The board that sim imitates' }),
      })
      .prefault({})
      .meta({ description: 'The pins' }),
  })
  .meta({ description: 'What the node reaches its hardware by' });
