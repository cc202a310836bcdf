import { PigpioDriver } from '../../../src/hw/pigpio/driver.ts';
import { takePins } from '../../../src/hw/pigpio/library.ts';
import { PigpioStub } from '../../rigs/pigpio/library.ts';
import { type Bench, driverContract } from './driver-contract.ts';

const stub = new PigpioStub();

driverContract('pigpio', async (): Promise<Bench> => {
  stub.reset();
  takePins(stub.library);
  const driver = new PigpioDriver(stub.library);
  return {
    driver,
    lacks: ['debounce', 'drive', 'names'],
    drive: (line, high) => stub.drive(line, high ? 1 : 0),
    trace: (line) => {
      stub.trace(line);
      return {
        get levels() {
          const levels: boolean[] = [];
          for (let level = stub.traced(line, 0); level >= 0; level = stub.traced(line, levels.length)) {
            levels.push(level === 1);
          }
          return levels;
        },
        high: () => stub.level(line) === 1,
      };
    },
    lines: [22, 23, 24],
    unknownLine: 99,
    close: () => driver.close(),
  };
});
