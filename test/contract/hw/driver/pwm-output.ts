import { describe, expect, test } from 'vitest';
import type { PwmOutput, PwmSettings } from '#hw';
import type { Scene } from './scene.ts';

export function pwmOutputContract(scene: Scene): void {
  describe('PwmOutput', () => {
    const openPwm = (settings: Partial<PwmSettings> = {}): Promise<PwmOutput> => {
      if (!scene.driver.openPwm) throw new Error('the driver has no PWM');
      return scene.driver.openPwm({ line: scene.one, frequency_hz: 100, initial_duty: 0.25, ...settings });
    };

    test('is there on any line, or not at all', async () => {
      expect(scene.driver.openPwm === undefined).toBe(scene.lacks('pwm'));
      if (scene.lacks('pwm')) return;
      for (const line of scene.bench.lines) await (await openPwm({ line })).close();
    });

    test('writes a duty and reads it back', async () => {
      if (scene.lacks('pwm')) return;
      const pwm = await openPwm();
      expect(await pwm.read()).toBeCloseTo(0.25, 2);
      for (const duty of [0, 0.5, 1]) {
        await pwm.write(duty);
        expect(await pwm.read()).toBeCloseTo(duty, 2);
      }
      await pwm.close();
    });

    test('a duty of 0 and of 1 is a level', async () => {
      if (scene.lacks('pwm')) return;
      const trace = scene.trace(scene.one);
      const pwm = await openPwm({ initial_duty: 1 });
      expect(scene.high(scene.one)).toBe(true);
      expect(trace.changes).toEqual([{ line: scene.one, high: true }]);
      await pwm.write(0);
      expect(scene.high(scene.one)).toBe(false);
      await pwm.close();
    });

    test('refuses a duty outside of 0 to 1 and changes nothing', async () => {
      if (scene.lacks('pwm')) return;
      const pwm = await openPwm();
      for (const duty of [-0.1, 1.1, Number.NaN]) {
        await expect(pwm.write(duty)).rejects.toMatchObject({ code: 'HW_VALUE_OUT_OF_RANGE' });
      }
      expect(await pwm.read()).toBeCloseTo(0.25, 2);
      await pwm.close();
    });

    test('has its line alone, and refuses once it is closed', async () => {
      if (scene.lacks('pwm')) return;
      const pwm = await openPwm();
      await expect(openPwm()).rejects.toMatchObject({ code: 'HW_LINE_BUSY' });
      await pwm.close();
      await pwm.close();
      await expect(pwm.write(0.5)).rejects.toMatchObject({ code: 'HW_CLOSED' });
      await (await openPwm()).close();
    });
  });
}
