import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LinuxMachine, openDriver } from '#hw';
import { afterAll, describe, expect, test } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'pinbus-board-'));
afterAll(() => rmSync(root, { recursive: true }));

function board(model: string): LinuxMachine {
  mkdirSync(join(root, 'proc/device-tree'), { recursive: true });
  writeFileSync(join(root, 'proc/device-tree/model'), `${model}\0`);
  return new LinuxMachine(root);
}

describe.skipIf(existsSync('/dev/gpiochip0'))('auto, where there are no pins', () => {
  test('simulates on a machine that is no Raspberry Pi, and says why', async () => {
    const { driver, reason } = await openDriver({ driver: 'auto', board: 'pi5' }, board('Some PC'));
    expect(driver.name).toBe('sim');
    expect(reason).toBe("auto chose sim: no Raspberry Pi's header on this machine: there is no /dev/gpiochip*");
  });

  test('never simulates on a Raspberry Pi: nobody would notice', async () => {
    const pi = board('Raspberry Pi 5 Model B Rev 1.0');
    await expect(openDriver({ driver: 'auto', board: 'pi5' }, pi)).rejects.toMatchObject({
      code: 'HW_CHIP_MISSING',
      retryable: false,
    });
  });

  test('never simulates a chip that the config names', async () => {
    const settings = { driver: 'auto', board: 'pi5', chip: 'mcp23017' } as const;
    await expect(openDriver(settings, board('Some PC'))).rejects.toMatchObject({
      code: 'HW_CHIP_MISSING',
      message: 'no GPIO chip mcp23017: there is no /dev/gpiochip*',
    });
  });
});
