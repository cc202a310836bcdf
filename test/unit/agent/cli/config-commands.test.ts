import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { checkCommand } from '../../../../src/agent/cli/check.ts';
import { Exit } from '../../../../src/agent/cli/exit.ts';
import type { Io } from '../../../../src/agent/cli/io.ts';
import { topicsCommand } from '../../../../src/agent/cli/topics.ts';

const ROOT = join(import.meta.dirname, '../../../..');

/** Runs a command in the folder of the examples and gives what it printed. */
async function run(make: (io: Io) => Command, ...args: readonly string[]): Promise<{ out: string; code: number }> {
  const stdout = new PassThrough({ encoding: 'utf8' });
  const io: Io = {
    stdout,
    stderr: new PassThrough(),
    stdin: new PassThrough(),
    env: {
      CLOUD_PASSWORD: 'x',
      HOMEASSISTANT_HASH: 'scrypt$16384$8$1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2g=',
      METER_HASH: 'scrypt$16384$8$1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2g=',
    },
    cwd: ROOT,
    isTerminal: false,
    colour: false,
    columns: 80,
  };
  let code = 0;
  await make(io)
    .exitOverride()
    .parseAsync(args, { from: 'user' })
    .catch((error: unknown) => {
      if (!(error instanceof Exit)) throw error;
      code = error.exitCode;
    });
  return { out: String(stdout.read() ?? ''), code };
}

describe('pinbus check', () => {
  it('says what is in a config that is right', async () => {
    const { out, code } = await run(checkCommand, '-c', 'examples/minimal.yaml');
    expect(out).toBe(
      `ok: node porch, 2 entities, 1 listener, 0 users, 0 bridges, in ${join(ROOT, 'examples/minimal.yaml')}\n`,
    );
    expect(code).toBe(0);
  });

  it('says everything that is wrong, and ends with 78', async () => {
    const { out, code } = await run(checkCommand, '-c', 'test/config/broken/many-at-once.yaml');
    expect(out).toContain('many-at-once.yaml:1:13: error CONFIG_BAD_FORMAT');
    expect(out).toMatch(/\n10 problems\n$/);
    expect(code).toBe(78);
  });

  it('says so when the file is not there', async () => {
    const { out, code } = await run(checkCommand, '-c', 'nowhere.yaml');
    expect(out).toContain('nowhere.yaml: error CONFIG_NOT_FOUND');
    expect(code).toBe(78);
  });

  it('prints a document for programs', async () => {
    const good = await run(checkCommand, '--json', '-c', 'examples/minimal.yaml');
    expect(JSON.parse(good.out)).toMatchObject({ ok: true, node: 'porch', entities: 2, problems: [] });
    const bad = await run(checkCommand, '--json', '-c', 'test/config/broken/id-given-twice.yaml');
    expect(bad.code).toBe(78);
    expect(JSON.parse(bad.out)).toMatchObject({
      ok: false,
      problems: [{ code: 'CONFIG_DUPLICATE_ID', line: 5, column: 11, related: [{ line: 3, column: 11 }] }],
    });
  });
});

describe('pinbus topics', () => {
  it('lists what each entity says and takes', async () => {
    const { out } = await run(topicsCommand, '-c', 'examples/demo.yaml');
    expect(out).toMatch(/^takes +pinbus\/v1\/porch\/porch_lamp\/set +ON, OFF, TOGGLE/m);
    expect(out).toMatch(/^keeps +pinbus\/v1\/porch\/stairs\/state +\{"state":"ON","brightness":255/m);
    expect(out).toMatch(/^says +pinbus\/v1\/porch\/doorbell\/event +\{"event_type":"press"\}/m);
    expect(out).toMatch(/^switch\.porch_lamp +/m);
    expect(out).not.toContain('doorbell/set');
    expect(out).not.toContain('doorbell/state');
  });

  it('says what crosses which bridge', async () => {
    const { out } = await run(topicsCommand, '-c', 'examples/bridge.yaml');
    expect(out).toMatch(/cellar\/status .*\(to cloud\)$/m);
    expect(out).toMatch(/cellar\/call\/info .*\(from cloud\)$/m);
    expect(out).not.toMatch(/cellar\/health .*cloud/);
  });

  it('prints a document for programs, with topics that are all of this node', async () => {
    const { out } = await run(topicsCommand, '--json', '-c', 'examples/demo.yaml');
    const { topics, home_assistant } = JSON.parse(out);
    for (const { topic } of topics) expect(topic).toMatch(/^(?:pinbus\/v1\/porch|homeassistant)\//);
    expect(home_assistant).toContainEqual({
      entity_id: 'light.porch_stairs',
      name: 'Stairs light',
      unique_id: 'pinbus_porch.stairs',
    });
  });
});
