import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { Message } from '#topics';
import { cells, fit } from '../../../../../src/agent/cli/monitor/cells.ts';
import { act, dim } from '../../../../../src/agent/cli/monitor/command.ts';
import { Model } from '../../../../../src/agent/cli/monitor/model.ts';
import { render, shownEntities, type View } from '../../../../../src/agent/cli/monitor/render.ts';
import { changedLines } from '../../../../../src/agent/cli/monitor/screen.ts';
import { FIRST_UI } from '../../../../../src/agent/cli/monitor/ui.ts';

const text = (topic: string, payload: string): Message => ({
  topic,
  payload: Buffer.from(payload),
  qos: 1,
  retain: true,
});
const json = (topic: string, value: unknown): Message => text(topic, JSON.stringify(value));
const base = 'pinbus/v1/porch';

const component = (id: string, platform: string, name: string, more: object = {}) => ({
  platform,
  name,
  unique_id: `pinbus_porch.${id}`,
  state_topic: `${base}/${id}/state`,
  ...more,
});

/** A porch as its topics tell of it, 30 s into the watch. */
function porch(): Model {
  const model = new Model();
  const at = (now_ms: number, ...messages: Message[]) => messages.forEach((message) => model.accept(message, now_ms));
  at(
    1_000,
    json('homeassistant/device/pinbus_porch/config', {
      device: { name: 'Porch Pi' },
      components: {
        hall_motion: component('hall_motion', 'binary_sensor', 'Hall motion'),
        porch_lamp: component('porch_lamp', 'switch', 'Porch lamp', { command_topic: `${base}/porch_lamp/set` }),
        stairs: component('stairs', 'light', 'Stairs', { command_topic: `${base}/stairs/set` }),
        gate: { platform: 'button', name: 'Gate', command_topic: `${base}/gate/set` },
        cpu: component('cpu', 'sensor', 'CPU temperature', { unit_of_measurement: '°C' }),
      },
    }),
    json(`${base}/info`, {
      name: 'Porch Pi',
      version: '0.1.0',
      board: 'Raspberry Pi 5',
      entities: ['hall_motion', 'porch_lamp', 'stairs', 'gate', 'cpu', 'cellar'].map((id) => ({ id, platform: 'x' })),
    }),
    json(`${base}/health`, {
      uptime_s: 200,
      broker: { clients: 3, messages_in_per_s: 2.25, messages_out_per_s: 12, retained: 42 },
      outbox: { depth: 7, size_bytes: 2_048, oldest_age_s: 75 },
      bridges: [{ name: 'cloud', state: 'waiting', breaker: 'open', depth: 7, last_error: 'connection refused' }],
    }),
    text(`${base}/status`, 'online'),
    text(`${base}/hall_motion/state`, 'OFF'),
    text(`${base}/porch_lamp/state`, 'OFF'),
    json(`${base}/stairs/state`, { state: 'OFF', brightness: 128 }),
    text(`${base}/cpu/state`, '40'),
    text(`${base}/cellar/availability`, 'offline'),
  );
  at(20_000, text(`${base}/porch_lamp/state`, 'ON'), text(`${base}/cpu/state`, '50'));
  at(25_000, text(`${base}/porch_lamp/state`, 'OFF'), text(`${base}/cpu/state`, '45'));
  at(28_000, text(`${base}/hall_motion/state`, 'ON'), json(`${base}/stairs/state`, { state: 'ON', brightness: 128 }));
  at(
    29_000,
    json(`${base}/rejected`, {
      topic: `${base}/porch_lamp/set`,
      code: 'TOPICS_PAYLOAD_NOT_ALLOWED',
      message: '"o\u001bn"',
    }),
  );
  return model;
}

const viewOf = (model: Model, more: Partial<View> = {}): View => ({
  model,
  ui: FIRST_UI,
  url: 'mqtt://127.0.0.1:1883',
  connection: 'connected',
  now_ms: 30_000,
  colour: false,
  ...more,
});

test('a porch as a person sees it', () => {
  expect(render(viewOf(porch()), { columns: 100, rows: 16 })).toMatchInlineSnapshot(`
    [
      " pinbus monitor  mqtt://127.0.0.1:1883                                               0.7 messages/s ",
      " ● porch  Porch Pi · pinbus 0.1.0 · Raspberry Pi 5 · up 3m                                          ",
      " ▸ Hall motion             binary_sensor ON                   ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁███   0.1/s",
      "   Porch lamp              switch        OFF                  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁█████▁▁▁▁▁▁   0.2/s",
      "   Stairs                  light         ON 50 %              ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▅▅▅   0.1/s",
      "   Gate                    button                                                                   ",
      "   CPU temperature         sensor        45 °C                ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁█████▅▅▅▅▅▅   0.2/s",
      "   cellar                                unavailable                                                ",
      "   broker    3 clients · in 2.3/s · out 12/s · 42 retained                                          ",
      "   outbox    7 waiting · 2.0 KiB · oldest 1m                                                        ",
      "   bridge    cloud · waiting · breaker open · 7 waiting · connection refused                        ",
      "   rejected  1s ago  TOPICS_PAYLOAD_NOT_ALLOWED  "o\\u001bn"                                         ",
      "",
      "",
      "",
      " ↑↓ select   space toggle, press   ←→ dim   / filter   ? help   q quit                              ",
    ]
  `);
});

test('an entity of two values is shown as its own state, under its own name', () => {
  const model = porch();
  const rate = {
    platform: 'sensor',
    name: 'Meter rate',
    unit_of_measurement: 'W',
    state_topic: `${base}/meter/attributes`,
  };
  const meter = component('meter', 'sensor', 'Meter', { unit_of_measurement: 'kWh' });
  model.accept(json('homeassistant/device/pinbus_porch/config', { components: { meter, 'meter.rate': rate } }), 1_000);
  model.accept(text(`${base}/meter/state`, '17.25'), 2_000);
  const rows = render(viewOf(model), { columns: 100, rows: 30 }).map((row) => row.trim());
  expect(rows.filter((row) => row.startsWith('Meter'))).toEqual([expect.stringMatching(/^Meter +sensor +17\.25 kWh /)]);
});

test.each([
  [10, 4],
  [24, 10],
  [40, 3],
  [80, 24],
  [200, 60],
  [80, 1],
])('at %i by %i it is as many lines, none of them wider', (columns, rows) => {
  for (const colour of [false, true]) {
    for (const ui of [FIRST_UI, { ...FIRST_UI, help: true }, { ...FIRST_UI, typing: true, filter: 'x'.repeat(64) }]) {
      const lines = render(viewOf(porch(), { colour, ui }), { columns, rows });
      expect(lines).toHaveLength(rows);
      for (const line of lines) expect(cells(line)).toBeLessThanOrEqual(columns);
    }
  }
});

test('the selected entity is always on show', () => {
  const model = porch();
  for (const selected of shownEntities(model, FIRST_UI)) {
    const lines = render(viewOf(model, { ui: { ...FIRST_UI, selected } }), { columns: 80, rows: 5 });
    expect(lines.filter((line) => line.startsWith(' ▸ '))).toHaveLength(1);
  }
});

test('the filter leaves what has its text in id, name or platform', () => {
  const shown = (filter: string) => shownEntities(porch(), { ...FIRST_UI, filter });
  expect(shown('LAMP')).toEqual(['porch/porch_lamp']);
  expect(shown('light')).toEqual(['porch/stairs']);
  expect(shown('nothing')).toEqual([]);
});

test('nothing that a message says is obeyed by the terminal', () => {
  const model = porch();
  model.accept(text(`${base}/cpu/state`, '\u001b[2J\u001b]0;x\u0007'), 29_500);
  model.accept(json(`${base}/info`, { name: '\u001b[31mred', version: '\n', entities: [] }), 29_500);
  for (const line of render(viewOf(model), { columns: 100, rows: 20 }))
    expect(line).toBe(stripVTControlCharacters(line));
});

test('a filter that nothing fits, a broker without a node and a lost connection are all said', () => {
  const empty = render(viewOf(new Model(), { connection: 'mqtt://x closed the connection' }), { columns: 80, rows: 6 });
  expect(empty.join('\n')).toContain('No node has said anything yet.');
  expect(empty[0]).toContain('closed the connection');
});

test('entities that the node no longer lists are gone, and the others keep their history', () => {
  const model = porch();
  model.accept(json(`${base}/info`, { entities: [{ id: 'cpu' }] }), 30_000);
  expect(shownEntities(model, FIRST_UI)).toEqual(['porch/cpu']);
  expect(model.nodes.get('porch')?.entities.get('cpu')?.state).toBe('45');
});

test('a broker full of strangers does not fill the memory', () => {
  const model = new Model();
  for (let number = 0; number < 2_000; number += 1) {
    model.accept(text(`pinbus/v1/node${number}/status`, 'online'), 1);
    model.accept(text(`pinbus/v1/node0/entity${number}/state`, 'ON'), 1);
  }
  expect(model.nodes.size).toBe(64);
  expect(model.nodes.get('node0')?.entities.size).toBe(512);
});

test('space toggles a switch and a light, presses a button, and says where there is nothing to do', () => {
  const entities = porch().nodes.get('porch')?.entities;
  const command = (id: string) => {
    const entity = entities?.get(id);
    return entity && act(entity);
  };
  expect(command('porch_lamp')).toEqual({ topic: `${base}/porch_lamp/set`, payload: 'ON' });
  expect(command('stairs')).toEqual({ topic: `${base}/stairs/set`, payload: '{"state":"OFF"}' });
  expect(command('gate')).toEqual({ topic: `${base}/gate/set`, payload: 'PRESS' });
  expect(command('cpu')).toEqual({ reason: 'cpu takes no commands' });
});

test('arrows dim a light by a tenth, down to off', () => {
  const stairs = porch().nodes.get('porch')?.entities.get('stairs');
  if (stairs === undefined) throw new Error('no stairs');
  expect(dim(stairs, 1)).toMatchObject({ payload: '{"state":"ON","brightness":154}' });
  stairs.brightness = 20;
  expect(dim(stairs, -1)).toMatchObject({ payload: '{"state":"OFF"}' });
});

test('only lines that differ are drawn', () => {
  expect(changedLines(['a', 'b', 'c'], ['a', 'x', 'c'])).toBe('\u001b[2;1Hx\u001b[K');
  expect(changedLines(['a'], ['a'])).toBe('');
});

test('text is cut and filled by cells, not by characters', () => {
  expect(fit('日本語', 5)).toBe('日本…');
  expect(fit('日本語', 4)).toBe('日… ');
  expect(fit('日本', 5)).toBe('日本 ');
  expect(cells('e\u0301')).toBe(1);
  expect(cells('\u001b[31mred\u001b[0m')).toBe(3);
});
