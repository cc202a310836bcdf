import { PigpioDriver } from '../../../src/hw/pigpio/driver.ts';
import { takePins } from '../../../src/hw/pigpio/library.ts';
import { PigpioStub } from '../../rigs/pigpio/library.ts';
import { driverContract } from './driver-contract.ts';
import type { Bench } from './driver/scene.ts';

const stub = new PigpioStub();

driverContract('pigpio', async (): Promise<Bench> => {
  stub.reset();
  takePins(stub.library);
  const driver = new PigpioDriver(stub.library);
  return {
    driver,
    lacks: ['drive', 'names'],
    drive: (line, high) => stub.drive(line, high ? 1 : 0),
    high: (line) => stub.level(line) === 1,
    trace: (...lines) => stub.trace(lines),
    lines: [22, 23, 24],
    unknownLine: 99,
    close: () => driver.close(),
  };
});
