// Writes what is made from the config's schema: pinbus.schema.json for editors, and the tables of docs/CONFIG.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { configJsonSchema } from '../dist/agent/config/json-schema.js';
import { configReference, withReference } from '../dist/agent/config/reference.js';

const file = (name) => new URL(`../${name}`, import.meta.url);
const schema = configJsonSchema();
const page = file('docs/CONFIG.md');

writeFileSync(file('pinbus.schema.json'), `${JSON.stringify(schema, null, 2)}\n`);
writeFileSync(page, withReference(readFileSync(page, 'utf8'), configReference(schema)));
