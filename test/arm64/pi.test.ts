import { writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Pinbus } from '../rigs/pinbus.ts';
import { Program } from '../rigs/program.ts';
import { until } from '../rigs/until.ts';
import { UpstreamSubscriber } from '../rigs/upstream-subscriber.ts';

/** An emulated processor is some twenty times slower. */
const PATIENCE_MS = 240_000;
vi.setConfig({ testTimeout: 600_000 });

/** The emulator with its Node, and the program last. */
const command = z
  .tuple([z.string()])
  .rest(z.string())
  .parse(JSON.parse(process.env['PINBUS_ARM64'] ?? '[]'));
const [emulator, ...rest] = command;
const program = rest.pop() ?? '';

let pinbus: Pinbus | undefined;
afterEach(() => pinbus?.dispose());

async function node(...words: string[]): Promise<{ code: number | null; text: string }> {
  const run = new Program(emulator, [...rest, ...words], { cwd: dirname(program) });
  const { code } = await run.exited;
  return { code, text: [...run.stdout, ...run.stderr].join('\n') };
}

test('it is a Pi', async () => {
  expect(await node('-p', 'process.arch')).toEqual({ code: 0, text: 'arm64' });
});

test('the library that reaches the pins loads', async () => {
  expect(await node('-p', "typeof require('koffi').load(null)")).toEqual({ code: 0, text: 'object' });
});

test('pinbus check takes what is right, and says what is wrong and where', async () => {
  expect(await node(program, 'check', '-c', resolve('examples/minimal.yaml'))).toMatchObject({ code: 0 });
  pinbus = await Pinbus.prepare();
  writeFileSync(pinbus.file, 'node: { id: porch }\nentities: [{ id: it, platform: swich }]\n');
  const { code, text } = await node(program, 'check', '-c', pinbus.file);
  expect(code).toBe(78);
  expect(text).toContain(`${pinbus.file}:2:`);
});

test('the node runs: a command moves a pin, and what is retained is there after a restart', async () => {
  const config = { entities: [{ id: 'lamp', platform: 'switch', line: 18 }] };
  pinbus = await Pinbus.prepare({ config, command });
  await pinbus.start(PATIENCE_MS);
  const watcher = await UpstreamSubscriber.connect(pinbus.port, 'pinbus/v1/porch/lamp/state');
  await until('the first state', () => watcher.payloads.includes('OFF'), PATIENCE_MS);
  await watcher.publish('pinbus/v1/porch/lamp/set', 'ON');
  await until('ON', () => watcher.payloads.includes('ON'), PATIENCE_MS);
  await watcher.publish('house/note', 'kept', { retain: true });
  await watcher.close();
  await pinbus.stop();
  await pinbus.start(PATIENCE_MS);
  const later = await UpstreamSubscriber.connect(pinbus.port, 'house/note', 'later');
  await until('what was retained', () => later.payloads.includes('kept'), PATIENCE_MS);
  await later.close();
});
