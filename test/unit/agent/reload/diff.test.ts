import { describe, expect, it } from 'vitest';
import { afterReload, diffConfig } from '../../../../src/agent/reload/diff.ts';
import { configOf, DOOR, LAMP, PUMP, withEntities } from './configs.ts';

const NODE = 'node: { id: porch }\n';

describe('the difference of two configs', () => {
  it('is nothing between equal ones, however they are written', async () => {
    const one = await configOf(`${NODE}entities:\n  - ${LAMP}\n`);
    const other = await configOf(`entities:\n  - line: 17\n    platform: switch\n    id: lamp\n${NODE}`);
    expect(diffConfig(one, other)).toEqual({ entities: { added: [], removed: [], changed: [] }, needs_restart: [] });
  });

  it('names the entities that come, go and change, and no others', async () => {
    const running = await withEntities(LAMP, DOOR);
    const wanted = await withEntities(LAMP.replace('17', '18'), PUMP);
    const { entities } = diffConfig(running, wanted);
    expect(entities.added.map(({ id }) => id)).toEqual(['pump']);
    expect(entities.removed.map(({ id }) => id)).toEqual(['door']);
    expect(entities.changed.map(({ from, to }) => [from, to])).toEqual([[running.entities[0], wanted.entities[0]]]);
  });

  it('does not care about the order of the entities', async () => {
    const plan = diffConfig(await withEntities(LAMP, DOOR), await withEntities(DOOR, LAMP));
    expect(plan.entities).toEqual({ added: [], removed: [], changed: [] });
  });

  it.each([
    ['broker', 'broker: { listeners: [{ port: 1884 }] }'],
    ['bridges', 'bridges: [{ name: cloud, url: "mqtt://a.example", out: [{ filter: "a/#" }] }]'],
    ['home_assistant', 'home_assistant: { prefix: ha }'],
    ['log_level', 'log: { level: debug }'],
  ])('has %s, and only that, when it changed', async (section, text) => {
    const { entities, needs_restart, ...sections } = diffConfig(await configOf(NODE), await configOf(NODE + text));
    expect(Object.keys(sections)).toEqual([section]);
    expect([entities.added, entities.removed, entities.changed, needs_restart]).toEqual([[], [], [], []]);
  });

  it.each([
    ['node.id', 'node: { id: cellar, name: Porch }'],
    ['hardware.gpio', 'node: { id: porch }\nhardware: { gpio: { driver: sim } }'],
    ['outbox', 'node: { id: porch }\noutbox: { path: other.db }'],
  ])('says that %s takes a restart, and leaves it as it runs', async (path, text) => {
    const running = await configOf(NODE);
    const wanted = await configOf(text);
    expect(diffConfig(running, wanted)).toMatchObject({ needs_restart: [path] });
    expect(afterReload(running, wanted)).toEqual(running);
  });

  it('says so again the next time, for as long as the node was not restarted', async () => {
    const running = await configOf(NODE);
    const wanted = await configOf(`${NODE}outbox: { path: other.db }\n`);
    expect(diffConfig(afterReload(running, wanted), wanted).needs_restart).toEqual(['outbox']);
  });
});
