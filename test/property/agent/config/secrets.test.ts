import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/agent/config/parse.ts';
import { renderProblems } from '../../../../src/agent/config/render.ts';

/** Long and odd enough to be in no message by chance. */
const secret = fc
  .string({ unit: fc.constantFrom(...'QZXJKqzxjk789'.split('')), minLength: 8, maxLength: 24 })
  .map((text) => `Q9${text}`);
const key = fc.constantFrom('password', 'pasword', 'passwrod', 'Password', 'user_pwd', 'api_token', 'secret');

/** Ways to write a secret, whole and damaged, on the line of a bridge. */
const written = fc.constantFrom<(key: string, secret: string) => string>(
  (name, value) => `${name}: ${value}`,
  (name, value) => `${name}: "${value}"`,
  (name, value) => `${name}: '${value}'`,
  (name, value) => `${name}: "${value}`,
  (name, value) => `${name}:${value}`,
  (name, value) => `${name}:  ${value} # a comment`,
  (name, value) => `${name}: [${value}]`,
  (name, value) => `${name}: { x: ${value} }`,
  (name, value) => `${name}: ${value}: x`,
  (name, value) => `${name}: |\n      ${value}`,
  (name, value) => `"${name}": ${value}`,
  (name, value) => `? ${name}\n    : ${value}`,
  (name, value) => `${name}: !secret ${value}`,
  (name, value) => `${name}: &anchor ${value}`,
  (_, value) => `url: mqtt://porch:${value}@broker.example:1883`,
  (_, value) => `url: "mqtt://${value}@broker.example"`,
);

/** Faults elsewhere, some of which leave nothing of the YAML. */
const damage = fc.constantFrom(
  '',
  '  - [',
  '\tx: 1',
  'log: { level: loud }',
  '"',
  'broker: { users: [',
  'a: b: c',
  '*x',
  '}',
);

const render = async (text: string, env = {}): Promise<string> => {
  const result = await parseConfig('pinbus.yaml', text, { env, folder: '/nowhere' });
  return result.ok ? '' : renderProblems(result.problems, { colour: false });
};

describe('a secret in the config', () => {
  it('is in no message, however the file is damaged', async () => {
    await fc.assert(
      fc.asyncProperty(secret, key, written, damage, damage, async (value, name, write, before, after) => {
        const text = `node: { id: porch }\n${before}\nbridges:\n  - name: cloud\n    ${write(name, value)}\n${after}\n`;
        expect(await render(text)).not.toContain(value);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is in no message when it comes from the environment, wherever it is put', async () => {
    const places = fc.constantFrom(
      'node: { id: !env SECRET }',
      'node: { id: porch, name: porch }\nlog: { level: !env SECRET }',
      'node: { id: porch }\nbroker: { listeners: [{ port: !env SECRET }] }',
      'node: { id: porch }\nbridges: [{ name: cloud, url: !env SECRET }]',
      'node: { id: porch }\nentities: [{ id: a, platform: !env SECRET }]',
      'node: { id: porch }\nentities: !env SECRET',
      'node: { id: porch }\nentities: [{ id: !env SECRET, platform: switch, line: 1 }, { id: !env SECRET, platform: switch, line: 2 }]',
      'node: { id: porch }\nbridges: [{ name: !env SECRET, url: "mqtt://a.example" }]',
      'node: { id: porch }\nbroker: { users: [{ name: ha, password: !env SECRET, acl: [{ filter: "#", access: read }] }] }',
      'node: { id: porch }\nbridges: [{ name: cloud, url: "mqtt://a.example", out: [{ filter: !env SECRET }, { filter: "#" }] }]',
    );
    await fc.assert(
      fc.asyncProperty(secret, places, async (value, text) => {
        expect(await render(text, { SECRET: value })).not.toContain(value);
      }),
    );
  });
});

describe('any text at all', () => {
  it('is read or explained, and never throws', async () => {
    const yamlish = fc.string({ unit: fc.constantFrom(...'ab:-[]{}"\'#&*!|>%@`, \n\t?'.split('')), maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(fc.oneof(yamlish, fc.string({ maxLength: 200 })), async (text) => {
        expect(typeof (await render(`node: { id: porch }\n${text}`))).toBe('string');
      }),
      { numRuns: 2_000 },
    );
  });
});
