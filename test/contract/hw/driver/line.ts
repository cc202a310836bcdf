import { describe, expect, test } from 'vitest';
import type { Scene } from './scene.ts';

export function lineContract(scene: Scene): void {
  describe('lines', () => {
    test('one line has one holder, and the second one is told who it is', async () => {
      const line = await scene.driver.openInput(scene.input({ line: scene.one }));
      await expect(scene.driver.openOutput(scene.output({ line: scene.one }))).rejects.toMatchObject({
        code: 'HW_LINE_BUSY',
        retryable: true,
        message: expect.stringContaining('"pinbus"') as string,
      });
      await line.close();
      const again = await scene.driver.openOutput(scene.output({ line: scene.one }));
      await again.close();
    });

    test('a line that is not there is an error that says which there are', async () => {
      await expect(scene.driver.openInput(scene.input({ line: scene.bench.unknownLine }))).rejects.toMatchObject({
        code: 'HW_LINE_UNKNOWN',
        retryable: false,
        message: expect.stringMatching(/has no line .*0 to \d+/) as string,
      });
      await expect(scene.driver.openInput(scene.input({ line: 'NO_SUCH_LINE' }))).rejects.toMatchObject({
        code: 'HW_LINE_UNKNOWN',
      });
    });

    test('a line can be named as the kernel names it, or a number is asked for', async () => {
      if (scene.lacks('names')) {
        const refused = scene.driver.openInput(scene.input({ line: 'GPIO17' }));
        await expect(refused).rejects.toMatchObject({ code: 'HW_LINE_UNKNOWN', message: /give its number/ });
        return;
      }
      const line = await scene.driver.openInput(scene.input({ line: 'GPIO17' }));
      scene.drive(17, true);
      expect(await line.read()).toBe(true);
      await line.close();
    });

    test('a closed line refuses, and closing it again does nothing', async () => {
      const line = await scene.driver.openOutput(scene.output({ line: scene.one }));
      await line.close();
      await line.close();
      await expect(line.write(true)).rejects.toMatchObject({ code: 'HW_CLOSED' });
      await expect(line.read()).rejects.toMatchObject({ code: 'HW_CLOSED' });
    });

    test('lists its lines with direction, level and holder', async () => {
      const line = await scene.driver.openOutput(scene.output({ line: scene.one, initial: true }));
      const info = (await scene.driver.lines()).find(({ offset }) => offset === scene.one);
      expect(info).toMatchObject({ direction: 'out', level: true, consumer: 'pinbus' });
      expect(info?.name).toBe(scene.lacks('names') ? '' : `GPIO${scene.one}`);
      await line.close();
    });
  });
}
