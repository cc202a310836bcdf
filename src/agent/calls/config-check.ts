import { z } from 'zod';
import { method } from './method.ts';

/** Takes no text and no path: an answer about a file of the caller's choice would tell what is on this machine. */
export const configCheck = method({
  name: 'config.check',
  summary: "what is wrong with the config's file, without taking it on",
  params: z.strictObject({}),
  run: (_params, node) => node.checkConfig(),
});
