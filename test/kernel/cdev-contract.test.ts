import { driverContract } from '../contract/hw/driver-contract.ts';
import { kernelBench } from './driver-bench.ts';

driverContract('cdev on the chip of a Pi 4', () => kernelBench('cdev', 'pi4'));
driverContract('cdev on the chip of a Pi 5', () => kernelBench('cdev', 'pi5'));
