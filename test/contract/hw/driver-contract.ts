import { describe } from 'vitest';
import { digitalInputContract } from './driver/digital-input.ts';
import { digitalOutputContract } from './driver/digital-output.ts';
import { digitalOutputsContract } from './driver/digital-outputs.ts';
import { lineContract } from './driver/line.ts';
import { pwmOutputContract } from './driver/pwm-output.ts';
import { type Bench, Scene } from './driver/scene.ts';

/** What every driver promises, whatever it runs on. */
export function driverContract(name: string, open: () => Promise<Bench>): void {
  describe(`driver ${name}`, () => {
    const scene = new Scene(open);
    digitalInputContract(scene);
    digitalOutputContract(scene);
    digitalOutputsContract(scene);
    lineContract(scene);
    pwmOutputContract(scene);
  });
}
