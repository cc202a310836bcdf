import { describe, expect, test } from 'vitest';
import type { Edge } from '#hw';
import { until } from '../../../rigs/until.ts';
import type { Scene } from './scene.ts';

export function digitalInputContract(scene: Scene): void {
  describe('DigitalInput', () => {
    test('reads the level of the wire', async () => {
      const line = await scene.driver.openInput(scene.input({ line: scene.one }));
      scene.drive(scene.one, true);
      expect(await line.read()).toBe(true);
      scene.drive(scene.one, false);
      expect(await line.read()).toBe(false);
      await line.close();
    });

    test('active_low turns levels and edges around', async () => {
      scene.drive(scene.one, true);
      const line = await scene.driver.openInput(scene.input({ line: scene.one, active_low: true, bias: 'pull_up' }));
      const edges: Edge[] = [];
      line.onEdge((edge) => edges.push(edge));
      expect(await line.read()).toBe(false);
      scene.drive(scene.one, false);
      expect(await line.read()).toBe(true);
      await until('the edge', () => edges.length === 1);
      expect(edges[0]?.level).toBe(true);
      await line.close();
    });

    test('follows its bias while nothing drives it, or says that it has none', async () => {
      if (scene.lacks('bias')) {
        const refused = scene.driver.openInput({ line: scene.one, active_low: false, bias: 'pull_up' });
        await expect(refused).rejects.toMatchObject({ code: 'HW_SETTING_UNSUPPORTED', retryable: false });
        return;
      }
      const up = await scene.driver.openInput(scene.input({ line: scene.one, bias: 'pull_up' }));
      const down = await scene.driver.openInput(scene.input({ line: scene.two, bias: 'pull_down' }));
      expect(await up.read()).toBe(true);
      expect(await down.read()).toBe(false);
      await up.close();
      await down.close();
    });

    test('tells every paced edge once, in order, with times that do not go back', async () => {
      const line = await scene.driver.openInput(scene.input({ line: scene.one }));
      const edges: Edge[] = [];
      line.onEdge((edge) => edges.push(edge));
      for (let count = 0; count < 20; count += 1) {
        scene.drive(scene.one, count % 2 === 0);
        await until('the edge', () => edges.length === count + 1);
      }
      expect(edges.map(({ level }) => level)).toEqual(edges.map((_, index) => index % 2 === 0));
      expect(edges.map(({ at_ms }) => at_ms)).toEqual(edges.map(({ at_ms }) => at_ms).toSorted((a, b) => a - b));
      await line.close();
    });

    test('debounces where it can, and tells every edge where it cannot', async () => {
      // Longer than a busy machine lets a program wait between two moves, and no longer than any driver has it.
      const debounce_ms = 300;
      const line = await scene.driver.openInput({ ...scene.input({ line: scene.one }), debounce_ms });
      const edges: Edge[] = [];
      line.onEdge((edge) => edges.push(edge));
      const began_ms = performance.now();
      for (const high of [true, false, true]) {
        scene.drive(scene.one, high);
        if (scene.lacks('debounce')) await until('the edge', () => edges.at(-1)?.level === high);
      }
      await until('the level', () => edges.at(-1)?.level === true);
      expect(edges).toHaveLength(scene.lacks('debounce') ? 3 : 1);
      // It bears the time that the line came to rest, not the time that it was told.
      expect(edges[0]?.at_ms).toBeGreaterThanOrEqual(began_ms - 1);
      if (!scene.lacks('debounce')) expect(performance.now() - began_ms).toBeGreaterThanOrEqual(debounce_ms);
      expect(await line.read()).toBe(true);
      await line.close();
    });

    test('tells an edge later, never while the wire is being moved', async () => {
      const line = await scene.driver.openInput(scene.input({ line: scene.one }));
      let told = false;
      line.onEdge(() => {
        told = true;
      });
      scene.drive(scene.one, true);
      expect(told).toBe(false);
      await until('the edge', () => told);
      await line.close();
    });

    test('tells nothing once the listening has ended, and nothing after close', async () => {
      const line = await scene.driver.openInput(scene.input({ line: scene.one }));
      const ended: Edge[] = [];
      const closed: Edge[] = [];
      const end = line.onEdge((edge) => ended.push(edge));
      line.onEdge((edge) => closed.push(edge));
      end();
      scene.drive(scene.one, true);
      await until('the edge', () => closed.length === 1);
      scene.drive(scene.one, false);
      await line.close();
      await new Promise((resolve) => setImmediate(resolve));
      expect(ended).toEqual([]);
      expect(closed).toHaveLength(1);
    });
  });
}
