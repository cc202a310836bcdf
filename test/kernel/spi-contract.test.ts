import { readFileSync } from 'node:fs';
import { LinuxBuses } from '../../src/hw/linux-buses.ts';
import { spiContract } from '../contract/hw/spi-contract.ts';

const buses = new LinuxBuses();

/** A number of devices/spi-sim.c, which counts from its start on. */
const seen = (file: string): number => Number(readFileSync(`/sys/kernel/debug/spi-sim/${file}`, 'utf8'));

spiContract('spidev', async () => {
  const before = seen('messages');
  return {
    open: (settings) => buses.openSpi(settings),
    seen: () => ({ mode: seen('mode'), speed_hz: seen('hz') }),
    selections: () => seen('messages') - before,
    close: async () => {},
  };
});
