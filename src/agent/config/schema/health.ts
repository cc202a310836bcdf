import { z } from 'zod';
import { path } from './fields.ts';

/** node_exporter reads no other files. */
const promPath = path.check((context) => {
  if (context.value.endsWith('.prom')) return;
  context.issues.push({
    code: 'custom',
    message: 'the collector does not read this file',
    input: context.value,
    params: { code: 'CONFIG_BAD_FORMAT', allowed: 'a path that ends in .prom' },
  });
});

export const healthSchema = z
  .strictObject({
    textfile: promPath.exactOptional().meta({
      description:
        "A file for Prometheus that has the same figures, written anew with each document: one in the folder of node_exporter's textfile collector. The node has no port for it",
      examples: ['/var/lib/prometheus/node-exporter/pinbus.prom'],
    }),
  })
  .meta({ description: 'What the node says of itself on `health`, elsewhere' });
