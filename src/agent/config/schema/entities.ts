import { z } from 'zod';
import { PLATFORMS } from '../../platforms/platforms.ts';

const [first, ...others] = PLATFORMS.map(({ schema }) => schema);
if (first === undefined) throw new Error('there is no platform');

/** An entity of any platform; `platform` says of which. */
export const entitySchema = z.discriminatedUnion('platform', [first, ...others]);

export const entitiesSchema = z
  .array(entitySchema)
  .meta({ description: 'Pins, readers and strips, one after the other' });
