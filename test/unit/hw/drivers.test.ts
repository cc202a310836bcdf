import { expect, test } from 'vitest';
import { openDriver } from '#hw';

test('auto opens a driver and says why it is that one', async () => {
  const { driver, reason } = await openDriver({ driver: 'auto', board: 'pi5' });
  expect(driver.name).toBe('sim');
  expect(reason).toContain('auto chose sim');
});

test.each(['cdev', 'onoff', 'pigpio'] as const)('%s is a clear error while there is no such driver', async (driver) => {
  await expect(openDriver({ driver, board: 'pi5' })).rejects.toMatchObject({
    code: 'HW_DRIVER_NOT_AVAILABLE',
    retryable: false,
    message: `the GPIO driver ${driver} is not in this version; it has: sim`,
  });
});
