import { readdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { type DigitalInput, type Driver, type Edge, openDriver } from '#hw';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../rigs/until.ts';
import { GpioSim } from './gpio-sim.ts';

const BOARD = 'pi5';
const LINE = 23;
/** Edges of a burst, an odd number: it ends high. */
const BURST = 251;
const NOBODY = 65_534;

let chip: GpioSim;
let driver: Driver;
beforeEach(async () => {
  chip = new GpioSim(BOARD);
  ({ driver } = await openDriver({ driver: 'cdev', board: BOARD }));
});
afterEach(async () => {
  await driver.close();
  chip.remove();
});

const openInput = (line: number): Promise<DigitalInput> =>
  driver.openInput({ line, active_low: false, bias: 'pull_down' });

async function listen(line: number): Promise<Edge[]> {
  const edges: Edge[] = [];
  (await openInput(line)).onEdge((edge) => edges.push(edge));
  return edges;
}

describe('edges', () => {
  test('1,000 of 1,000 paced edges come, in order, none missed', { timeout: 60_000 }, async () => {
    const edges: Edge[] = [];
    let came = (): void => {};
    (await openInput(LINE)).onEdge((edge) => {
      edges.push(edge);
      came();
    });
    for (let count = 1; count <= 1_000; count += 1) {
      const next = new Promise<void>((resolve) => {
        came = resolve;
      });
      chip.pull(LINE, count % 2 === 1);
      await next;
    }
    expect(edges.map(({ level }) => level)).toEqual(edges.map((_, index) => index % 2 === 0));
    expect(edges.filter(({ missed }) => missed !== undefined)).toEqual([]);
  });

  test('that the kernel has no room for are counted, and the last level is true all the same', async () => {
    const edges = await listen(LINE);
    // No turn of the event loop in between: the kernel keeps 64 edges and drops the oldest.
    for (let count = 1; count <= BURST; count += 1) {
      chip.pull(LINE, count % 2 === 1);
      waitForTick();
    }
    await until('the last edge', () => edges.at(-1)?.level === true);
    const missed = edges.reduce((sum, edge) => sum + (edge.missed ?? 0), 0);
    expect(edges.length).toBe(64);
    // Now and then a tick comes late and has two edges, of which the kernel tells one.
    expect(edges.length + missed).toBeGreaterThan(BURST / 2);
    expect(edges.length + missed).toBeLessThanOrEqual(BURST);
  });

  test('are stamped by the kernel on the clock of performance.now()', async () => {
    const edges = await listen(LINE);
    const before = performance.now();
    chip.pull(LINE, true);
    waitForTick();
    const after = performance.now();
    const [edge] = await until('the edge', () => edges.length > 0 && edges);
    expect(edge?.at_ms).toBeGreaterThan(before);
    expect(edge?.at_ms).toBeLessThan(after);
  });

  test('are waited for without a thread and without a timer, on however many lines', async () => {
    const threads = () => readdirSync('/proc/self/task').length;
    await openInput(2);
    const before = threads();
    for (let line = 3; line < 18; line += 1) await openInput(line);
    expect(threads()).toBe(before);
    const turns_before = loopTurns();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    // A driver that asks its lines every millisecond has a thousand.
    expect(loopTurns() - turns_before).toBeLessThan(50);
  });
});

/** Turns of the event loop since the start of the process. */
const loopTurns = (): number => performance.nodeTiming.uvMetricsInfo.loopCount;

/** gpio-sim tells an edge on the next tick, at 1000 Hz. */
function waitForTick(): void {
  const end = performance.now() + 2;
  while (performance.now() < end);
}

describe('a line that cannot be had', () => {
  test('is held by the kernel, and the message names the holder', async () => {
    await expect(openInput(32)).rejects.toMatchObject({
      code: 'HW_LINE_BUSY',
      message: 'line 32 of pinctrl-rp1 is held by "phy-reset" (EBUSY)',
    });
  });

  test('is on a chip that this user may not open', async () => {
    process.seteuid?.(NOBODY);
    try {
      await expect(openInput(LINE)).rejects.toMatchObject({
        code: 'HW_ACCESS_DENIED',
        message: `${chip.path}: this user may not open it (EACCES)`,
      });
      await expect(openDriver({ driver: 'cdev', board: BOARD })).rejects.toMatchObject({ code: 'HW_ACCESS_DENIED' });
    } finally {
      process.seteuid?.(0);
    }
  });
});

test('a chip that goes away fails its inputs and outputs, and a chip that comes back works again', async () => {
  const input = await openInput(LINE);
  const output = await driver.openOutput({ line: 24, active_low: false, drive: 'push_pull', initial: true });
  const failures: Error[] = [];
  input.onFailure((error) => failures.push(error));
  chip.remove();
  await until('the failure', () => failures.length > 0);
  expect(failures).toMatchObject([{ code: 'HW_LINE_GONE', retryable: true }]);
  await expect(output.write(false)).rejects.toMatchObject({ code: 'HW_LINE_GONE' });
  await input.close();
  await output.close();
  chip = new GpioSim(BOARD);
  const edges = await listen(LINE);
  chip.pull(LINE, true);
  await until('the edge', () => edges.length === 1);
});

describe('the chip', () => {
  test('is found by its label, whatever its number, and auto takes it', async () => {
    const { driver: chosen, reason } = await openDriver({ driver: 'auto', board: BOARD });
    expect(chosen.description).toBe(`pinctrl-rp1 with 54 lines, ${chip.path}`);
    expect(chip.path).not.toBe('/dev/gpiochip0');
    expect(reason).toContain('auto chose cdev');
    await chosen.close();
  });

  test('can be named, by label or by path', async () => {
    for (const name of ['gpio-brcmstb@107d508500', '/dev/gpiochip0']) {
      const { driver: named } = await openDriver({ driver: 'auto', board: BOARD, chip: name });
      expect(await named.lines()).toHaveLength(32);
      await named.close();
    }
  });

  test('that is not there is an error that says which there are', async () => {
    await expect(openDriver({ driver: 'auto', board: BOARD, chip: 'mcp23017' })).rejects.toMatchObject({
      code: 'HW_CHIP_MISSING',
      message: `no GPIO chip mcp23017: the chips are gpio-brcmstb@107d508500 (/dev/gpiochip0), pinctrl-rp1 (${chip.path})`,
    });
  });
});
