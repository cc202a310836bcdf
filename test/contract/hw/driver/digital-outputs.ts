import { describe, expect, test } from 'vitest';
import type { OutputsSettings } from '#hw';
import type { Change, Scene } from './scene.ts';

export function digitalOutputsContract(scene: Scene): void {
  describe('DigitalOutputs', () => {
    const both = (initial: readonly boolean[], settings: Partial<OutputsSettings> = {}) =>
      scene.driver.openOutputs({
        lines: [scene.one, scene.two],
        active_low: false,
        drive: 'push_pull',
        initial,
        ...settings,
      });

    test('writes all levels, and reads them back from the wires', async () => {
      const lines = await both([false, false]);
      for (const levels of [
        [true, false],
        [true, true],
        [false, true],
        [false, false],
      ]) {
        await lines.write(levels);
        expect(await lines.read()).toEqual(levels);
        expect([scene.high(scene.one), scene.high(scene.two)]).toEqual(levels);
      }
      await lines.close();
    });

    test('active_low turns all levels around', async () => {
      const lines = await both([true, false], { active_low: true });
      expect([scene.high(scene.one), scene.high(scene.two)]).toEqual([false, true]);
      expect(await lines.read()).toEqual([true, false]);
      await lines.close();
    });

    test('has the first levels as it opens, the inactive one first, whichever it is', async () => {
      for (const first of [0, 1]) {
        const [on, off] = first === 0 ? [scene.one, scene.two] : [scene.two, scene.one];
        scene.drive(on, false);
        scene.drive(off, true);
        const trace = scene.trace(scene.one, scene.two);
        const lines = await both([first === 0, first === 1]);
        expect(trace.changes).toEqual([
          { line: off, high: false },
          { line: on, high: true },
        ]);
        await lines.close();
      }
    });

    test('never has two lines active that change places, in either direction', async () => {
      const lines = await both([true, false]);
      for (const first of [false, true]) {
        const trace = scene.trace(scene.one, scene.two);
        await lines.write([first, !first]);
        expect(trace.changes.map(({ high }) => high)).toEqual([false, true]);
      }
      await lines.close();
    });

    test('does not interrupt what stays active', async () => {
      const lines = await both([true, false]);
      const trace = scene.trace(scene.one, scene.two);
      await lines.write([true, true]);
      const expected: readonly Change[] = [{ line: scene.two, high: true }];
      expect(trace.changes).toEqual(expected);
      await lines.close();
    });

    test('takes all of its lines or none, and names the holder of the one that it cannot have', async () => {
      const held = await scene.driver.openOutput(scene.output({ line: scene.two }));
      await expect(both([false, false])).rejects.toMatchObject({
        code: 'HW_LINE_BUSY',
        message: expect.stringMatching(new RegExp(`line ${scene.two} .*held by "pinbus"`)) as string,
      });
      await (await scene.driver.openOutput(scene.output({ line: scene.one }))).close();
      await held.close();
      await (await both([false, false])).close();
    });

    test('has its lines alone, lists them, and gives all of them back when it is closed', async () => {
      const lines = await both([false, true]);
      const infos = (await scene.driver.lines()).filter(({ offset }) => [scene.one, scene.two].includes(offset));
      expect(infos).toMatchObject([
        { direction: 'out', level: false, consumer: 'pinbus' },
        { direction: 'out', level: true, consumer: 'pinbus' },
      ]);
      for (const line of [scene.one, scene.two]) {
        await expect(scene.driver.openOutput(scene.output({ line }))).rejects.toMatchObject({ code: 'HW_LINE_BUSY' });
      }
      await lines.close();
      await lines.close();
      await expect(lines.write([true, false])).rejects.toMatchObject({ code: 'HW_CLOSED' });
      await expect(lines.read()).rejects.toMatchObject({ code: 'HW_CLOSED' });
      for (const line of [scene.one, scene.two]) {
        await (await scene.driver.openOutput(scene.output({ line }))).close();
      }
    });
  });
}
