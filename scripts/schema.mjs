// Writes what is made from the config's schema: pinbus.schema.json for editors, and the tables of docs/CONFIG.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { bundled } from './bundle.mjs';

const { configJsonSchema } = await import(await bundled('src/agent/config/json-schema.ts'));
const { configReference, withReference } = await import(await bundled('src/agent/config/reference.ts'));

const file = (name) => new URL(`../${name}`, import.meta.url);
const schema = configJsonSchema();
const page = file('docs/CONFIG.md');

writeFileSync(file('pinbus.schema.json'), `${JSON.stringify(schema, null, 2)}\n`);
writeFileSync(page, withReference(readFileSync(page, 'utf8'), configReference(schema)));
