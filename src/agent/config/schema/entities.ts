import { z } from 'zod';
import { binarySensorSchema } from '../../platforms/binary_sensor/config.ts';
import { buttonSchema } from '../../platforms/button/config.ts';
import { eventSchema } from '../../platforms/event/config.ts';
import { lightSchema } from '../../platforms/light/config.ts';
import { sensorSchema } from '../../platforms/sensor/config.ts';
import { switchSchema } from '../../platforms/switch/config.ts';

export const entitySchema = z.discriminatedUnion('platform', [
  binarySensorSchema,
  buttonSchema,
  eventSchema,
  lightSchema,
  sensorSchema,
  switchSchema,
]);

export const entitiesSchema = z
  .array(entitySchema)
  .meta({ description: 'Pins, readers and strips, one after the other' });
