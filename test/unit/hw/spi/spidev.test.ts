import { expect, test } from 'vitest';
import { LinuxBuses } from '../../../../src/hw/linux-buses.ts';

test('the addon of SPI loads on this Node, and a device that is not there is said to be missing', async () => {
  const settings = { bus: 31, chip_select: 7, mode: 0, speed_hz: 1_000_000, divisible: false } as const;
  await expect(new LinuxBuses().openSpi(settings)).rejects.toMatchObject({ code: 'HW_BUS_MISSING' });
});
