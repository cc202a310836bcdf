import { describe, expect, it } from 'vitest';
import { applyConfig } from '../../../../src/agent/reload/apply.ts';
import { configOf, DOOR, LAMP, PUMP, withEntities } from './configs.ts';
import { FakeNode } from './fake-node.ts';

const EVERYTHING = `
node: { id: porch, name: Front porch }
broker: { listeners: [{ port: 1884 }] }
entities: [${LAMP.replace('17', '18')}, ${PUMP}]
bridges: [{ name: cloud, url: "mqtt://a.example", out: [{ filter: "a/#" }] }]
home_assistant: { prefix: ha }
log: { level: debug }
`;

describe('applying a config', () => {
  it('asks nothing of the node when nothing changed', async () => {
    const running = await withEntities(LAMP, DOOR);
    const node = new FakeNode(running);
    const outcome = await applyConfig(node, running, await withEntities(LAMP, DOOR));
    expect(node.asked).toEqual([]);
    expect(outcome).toEqual({ running, applied: [], rolled_back: [], stuck: [], needs_restart: [] });
  });

  it('touches the entity that changed alone, and announces the result last', async () => {
    const running = await withEntities(LAMP, DOOR);
    const node = new FakeNode(running);
    await applyConfig(node, running, await withEntities(LAMP.replace('17', '18'), DOOR));
    expect(node.asked).toEqual(['remove lamp', 'add lamp', 'announce Porch: lamp,door']);
  });

  it('moves no pin for what only the announcement says', async () => {
    const running = await withEntities(LAMP, DOOR);
    const node = new FakeNode(running);
    const named = await withEntities(LAMP.replace('17', '17, name: Lamp, icon: "mdi:lamp"'), DOOR);
    const outcome = await applyConfig(node, running, named);
    expect(node.asked).toEqual(['announce Porch: lamp,door']);
    expect(outcome.running).toEqual(named);
  });

  it('frees a line before another entity takes it', async () => {
    const running = await withEntities(LAMP, DOOR);
    const swapped = await withEntities(LAMP.replace('17', '23'), DOOR.replace('23', '17'));
    const node = new FakeNode(running);
    await applyConfig(node, running, swapped);
    expect(node.asked.slice(0, 4)).toEqual(['remove lamp', 'remove door', 'add lamp', 'add door']);
  });

  it('applies every section that changed, and says which', async () => {
    const running = await withEntities(LAMP, DOOR);
    const wanted = await configOf(EVERYTHING);
    const node = new FakeNode(running);
    const outcome = await applyConfig(node, running, wanted);
    expect(node.asked).toEqual([
      'log debug',
      'broker 1884',
      'remove door',
      'remove lamp',
      'add lamp',
      'add pump',
      'bridges cloud',
      'home_assistant ha',
      'announce Front porch: lamp,pump',
    ]);
    expect(outcome.applied).toEqual([
      'log.level',
      'broker',
      'entity door removed',
      'entity lamp removed',
      'entity lamp added',
      'entity pump added',
      'bridges',
      'home_assistant',
      'announcement',
    ]);
    expect(outcome.running).toEqual(wanted);
  });

  it.each([
    'log debug',
    'broker 1884',
    'remove door',
    'remove lamp',
    'add lamp',
    'add pump',
    'bridges cloud',
    'home_assistant ha',
    'announce Front porch: lamp,pump',
  ])('takes everything back, the last first, when "%s" fails', async (failing) => {
    const running = await withEntities(LAMP, DOOR);
    const node = new FakeNode(running, [failing]);
    const outcome = await applyConfig(node, running, await configOf(EVERYTHING));
    expect(outcome.error).toEqual(new Error(`${failing} failed`));
    expect(outcome.running).toBe(running);
    expect(outcome.applied).toEqual([]);
    expect(outcome.stuck).toEqual([]);
    expect([...node.entities].sort()).toEqual(['door', 'lamp']);
    const done = node.asked.indexOf(failing);
    expect(outcome.rolled_back).toHaveLength(done);
    expect(node.asked).toHaveLength(done + 1 + done);
  });

  it('goes on taking back when one step cannot be, and names that step', async () => {
    const running = await withEntities(LAMP, DOOR);
    const node = new FakeNode(running, ['bridges cloud', 'broker 1883']);
    const outcome = await applyConfig(node, running, await configOf(EVERYTHING));
    expect(outcome.stuck).toEqual(['broker']);
    expect(outcome.rolled_back).toEqual([
      'entity pump added',
      'entity lamp added',
      'entity lamp removed',
      'entity door removed',
      'log.level',
    ]);
    expect(node.asked.at(-1)).toBe('log info');
  });
});
