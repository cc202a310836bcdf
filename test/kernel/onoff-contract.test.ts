import { driverContract } from '../contract/hw/driver-contract.ts';
import type { Lack } from '../contract/hw/driver/scene.ts';
import { kernelBench } from './driver-bench.ts';

const LACKS: readonly Lack[] = ['bias', 'debounce', 'drive', 'names', 'pwm'];

driverContract('onoff on the chip of a Pi 4', () => kernelBench('onoff', 'pi4', LACKS));
driverContract('onoff on the chip of a Pi 5', () => kernelBench('onoff', 'pi5', LACKS));
