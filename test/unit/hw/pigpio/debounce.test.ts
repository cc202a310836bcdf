import { expect, test } from 'vitest';
import type { Edge } from '#hw';
import { PigpioDriver } from '../../../../src/hw/pigpio/driver.ts';
import { takePins } from '../../../../src/hw/pigpio/library.ts';
import { PigpioStub } from '../../../rigs/pigpio/library.ts';
import { until } from '../../../rigs/until.ts';

test('a debounce that is longer than what pigpio has is done as far as it goes, and the edge bears the time of its own', async () => {
  const stub = new PigpioStub();
  stub.reset();
  takePins(stub.library);
  const driver = new PigpioDriver(stub.library);
  const line = await driver.openInput({ line: 23, active_low: false, bias: 'as_is', debounce_ms: 1_000 });
  const edges: Edge[] = [];
  line.onEdge((edge) => edges.push(edge));
  const began_ms = performance.now();
  stub.drive(23, 1);
  const after_ms = performance.now();
  await until('the edge', () => edges.length === 1);
  expect(performance.now() - began_ms).toBeGreaterThanOrEqual(300);
  expect(edges[0]?.at_ms).toBeGreaterThanOrEqual(began_ms - 1);
  // A machine with other work wakes the filter late, which the stamp of a real one is too.
  expect(edges[0]?.at_ms).toBeLessThan(after_ms + 5_000);
  await driver.close();
});
