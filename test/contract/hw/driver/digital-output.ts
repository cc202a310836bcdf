import { describe, expect, test } from 'vitest';
import type { Scene } from './scene.ts';

export function digitalOutputContract(scene: Scene): void {
  describe('DigitalOutput', () => {
    test('drives the first level in the call that opens it', async () => {
      const trace = scene.trace(scene.one);
      const line = await scene.driver.openOutput(scene.output({ line: scene.one, initial: true }));
      expect(scene.high(scene.one)).toBe(true);
      expect(trace.changes).toEqual([{ line: scene.one, high: true }]);
      await line.close();
    });

    test('an active-low output that starts inactive does not glitch low', async () => {
      scene.drive(scene.one, true);
      const trace = scene.trace(scene.one);
      const line = await scene.driver.openOutput(scene.output({ line: scene.one, active_low: true, initial: false }));
      expect(trace.changes).toEqual([]);
      expect(scene.high(scene.one)).toBe(true);
      await line.close();
    });

    test('writes, and reads back from the wire', async () => {
      const line = await scene.driver.openOutput(scene.output({ line: scene.one }));
      for (const level of [true, false, true]) {
        await line.write(level);
        expect(await line.read()).toBe(level);
        expect(scene.high(scene.one)).toBe(level);
      }
      await line.close();
    });

    test('keeps the level that it finds, whichever it is, and moves nothing', async () => {
      for (const active_low of [false, true]) {
        for (const high of [true, false]) {
          scene.drive(scene.one, high);
          const trace = scene.trace(scene.one);
          const line = await scene.driver.openOutput(scene.output({ line: scene.one, active_low, initial: 'keep' }));
          expect(await line.read()).toBe(high !== active_low);
          expect(trace.changes).toEqual([]);
          await line.write(high === active_low);
          expect(scene.high(scene.one)).toBe(!high);
          await line.close();
        }
      }
    });

    test('open_drain drives low and lets go of high, or is refused', async () => {
      if (scene.lacks('drive')) {
        const refused = scene.driver.openOutput(scene.output({ line: scene.one, drive: 'open_drain' }));
        await expect(refused).rejects.toMatchObject({ code: 'HW_SETTING_UNSUPPORTED', retryable: false });
        return;
      }
      const line = await scene.driver.openOutput(scene.output({ line: scene.one, drive: 'open_drain', initial: true }));
      scene.drive(scene.one, false);
      expect(await line.read()).toBe(false);
      scene.drive(scene.one, true);
      expect(await line.read()).toBe(true);
      await line.write(false);
      expect(await line.read()).toBe(false);
      await line.close();
    });
  });
}
