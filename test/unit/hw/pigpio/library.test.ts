import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LinuxMachine, openDriver } from '#hw';
import { afterAll, expect, test } from 'vitest';
import { PigpioDriver } from '../../../../src/hw/pigpio/driver.ts';
import { takePins } from '../../../../src/hw/pigpio/library.ts';
import { PigpioStub } from '../../../rigs/pigpio/library.ts';
import { until } from '../../../rigs/until.ts';

const root = mkdtempSync(join(tmpdir(), 'pinbus-board-'));
afterAll(() => rmSync(root, { recursive: true }));

function board(model: string): LinuxMachine {
  mkdirSync(join(root, 'proc/device-tree'), { recursive: true });
  writeFileSync(join(root, 'proc/device-tree/model'), `${model}\0`);
  return new LinuxMachine(root);
}
const open = (model: string) => openDriver({ driver: 'pigpio', board: 'pi4' }, board(model));

test.each([
  'Raspberry Pi 5 Model B Rev 1.0',
  'Raspberry Pi 500 Rev 1.0',
  'Raspberry Pi Compute Module 5 Rev 1.0',
  'Some PC',
])('%s is refused, with the driver to use instead', async (model) => {
  await expect(open(model)).rejects.toMatchObject({
    code: 'HW_DRIVER_NOT_AVAILABLE',
    retryable: false,
    message: `pigpio knows the pins of the Raspberry Pi 0 to 4 alone, and this is ${model}; cdev works on all`,
  });
});

test.each(['Raspberry Pi 4 Model B Rev 1.4', 'Raspberry Pi Zero 2 W Rev 1.0', 'Raspberry Pi Model B Plus Rev 1.2'])(
  'on a %s without the C library, the empty addon that npm made is told apart, and nothing else is printed',
  async (model) => {
    await expect(open(model)).rejects.toMatchObject({
      code: 'HW_DRIVER_NOT_AVAILABLE',
      message: expect.stringContaining('while the C library pigpio was not there') as string,
    });
  },
);

test('the signals of the process stay its own', async () => {
  const stub = new PigpioStub();
  let heard = 0;
  const hear = () => {
    heard += 1;
  };
  process.on('SIGUSR2', hear);
  takePins(stub.library);
  const driver = new PigpioDriver(stub.library);
  process.kill(process.pid, 'SIGUSR2');
  await until('the signal', () => heard === 1);
  await driver.close();
  process.off('SIGUSR2', hear);
});

test('pins that another program has are a clear error', () => {
  const stub = new PigpioStub();
  process.env['PIGPIO_STUB_FAILS'] = '1';
  try {
    expect(() => takePins(stub.library)).toThrow(
      expect.objectContaining({ code: process.getuid?.() === 0 ? 'HW_DRIVER_NOT_AVAILABLE' : 'HW_ACCESS_DENIED' }),
    );
  } finally {
    delete process.env['PIGPIO_STUB_FAILS'];
  }
});
