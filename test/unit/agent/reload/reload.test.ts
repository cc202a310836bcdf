import pino from 'pino';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../../../src/agent/config/config.ts';
import { ConfigError } from '../../../../src/agent/config/problem.ts';
import { Reload, type ReloadReport } from '../../../../src/agent/reload/reload.ts';
import { DOOR, LAMP, withEntities } from './configs.ts';
import { FakeNode } from './fake-node.ts';

const BROKEN = new ConfigError('pinbus.yaml', [
  { code: 'CONFIG_SYNTAX', file: 'pinbus.yaml', message: 'a tab in the indentation', related: [] },
]);

function reloadOf(running: Config, load: () => Promise<Config>, failing: readonly string[] = []) {
  const node = new FakeNode(running, failing);
  const reports: ReloadReport[] = [];
  const reload = new Reload(running, {
    load: async () => ({ config: await load(), file: '/etc/pinbus/pinbus.yaml', source: 'file' }),
    target: node,
    log: pino({ level: 'silent' }),
    onReport: (report) => reports.push(report),
  });
  return { node, reports, reload };
}

describe('a reload', () => {
  it('applies what changed and reports it', async () => {
    const running = await withEntities(LAMP);
    const wanted = await withEntities(LAMP, DOOR);
    const { reload, reports } = reloadOf(running, async () => wanted);
    const report = await reload.run('signal');
    expect(report).toEqual({
      reason: 'signal',
      applied: ['entity door added', 'announcement'],
      rolled_back: [],
      stuck: [],
      needs_restart: [],
    });
    expect(reports).toEqual([report]);
    expect(reload.running).toEqual(wanted);
  });

  it('changes nothing and says why when the file is broken', async () => {
    const running = await withEntities(LAMP);
    const { reload, node, reports } = reloadOf(running, () => Promise.reject(BROKEN));
    expect(await reload.run('file')).toMatchObject({ applied: [], error: BROKEN });
    expect(node.asked).toEqual([]);
    expect(reports).toHaveLength(1);
    expect(reload.running).toBe(running);
  });

  it('keeps the config before when a step fails, and applies the next one against that', async () => {
    const running = await withEntities(LAMP);
    const wanted = await withEntities(LAMP, DOOR);
    const { reload, node } = reloadOf(running, async () => wanted, ['announce Porch: lamp,door']);
    expect(await reload.run('file')).toMatchObject({ rolled_back: ['entity door added'] });
    expect(reload.running).toBe(running);
    await reload.run('file');
    expect(node.asked.filter((what) => what === 'add door')).toHaveLength(2);
  });

  it('logs a broken file once, by its places, without a stack', async () => {
    const running = await withEntities(LAMP);
    const lines: string[] = [];
    const reload = new Reload(running, {
      load: () => Promise.reject(BROKEN),
      target: new FakeNode(running),
      log: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }),
      onReport: () => undefined,
    });
    await reload.run('file');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 50, problems: ['pinbus.yaml: CONFIG_SYNTAX: a tab in the indentation'] },
    ]);
    expect(lines.join('')).not.toContain('reload.ts');
  });

  it('says once that a mended file is right again, though nothing in it changed', async () => {
    const running = await withEntities(LAMP);
    const lines: { level: number; msg: string }[] = [];
    let broken = true;
    const reload = new Reload(running, {
      load: async () => {
        if (broken) throw BROKEN;
        return { config: running, file: '/etc/pinbus/pinbus.yaml', source: 'file' };
      },
      target: new FakeNode(running),
      log: pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line)) }),
      onReport: () => undefined,
    });
    await reload.run('file');
    broken = false;
    await reload.run('file');
    await reload.run('file');
    expect(lines.map(({ msg }) => msg)).toEqual([
      'the config is wrong: nothing changes',
      'the config is right again, and what runs already',
    ]);
  });

  it('reports nothing when nothing changed', async () => {
    const running = await withEntities(LAMP);
    const { reload, reports } = reloadOf(running, () => withEntities(LAMP));
    expect(await reload.run('signal')).toMatchObject({ applied: [] });
    expect(reports).toEqual([]);
  });

  it('runs one at a time, and makes one of all that are asked for meanwhile', async () => {
    let loads = 0;
    let loading = 0;
    const running = await withEntities(LAMP);
    const { reload } = reloadOf(running, async () => {
      loads += 1;
      loading += 1;
      expect(loading).toBe(1);
      await new Promise(setImmediate);
      loading -= 1;
      return running;
    });
    await Promise.all([reload.run('file'), reload.run('file'), reload.run('signal'), reload.run('call')]);
    expect(loads).toBe(2);
  });
});
