import { SimBuses } from '../../../src/hw/sim/buses.ts';
import { spiContract } from './spi-contract.ts';

spiContract('sim', async () => {
  const buses = new SimBuses();
  const loopback = buses.spi(0, 0);
  loopback.peer = (sent) => sent;
  return {
    open: (settings) => buses.openSpi(settings),
    seen: () => {
      const { mode, speed_hz } = loopback.records.at(-1) ?? { mode: -1, speed_hz: 0 };
      return { mode, speed_hz };
    },
    selections: () => loopback.records.length,
    close: async () => {},
  };
});
