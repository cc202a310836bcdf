import { afterEach, describe, expect, test } from 'vitest';
import type { Edge } from '#hw';
import { SimDriver } from '../../../src/hw/sim/driver.ts';
import { HandClock } from '../../rigs/hand-clock.ts';
import { turns } from '../../rigs/turn.ts';

const clock = new HandClock();
let driver = new SimDriver({ board: 'pi5', clock });
afterEach(() => {
  driver = new SimDriver({ board: 'pi5', clock });
});

const openInput = (line: number) => driver.openInput({ line, active_low: false, bias: 'pull_down' });
const openOutput = (line: number) => driver.openOutput({ line, active_low: false, drive: 'push_pull', initial: false });

describe('boards', () => {
  test('a Pi 5 has the chip pinctrl-rp1 with 54 lines, a Pi 4 pinctrl-bcm2711 with 58', async () => {
    const pi4 = new SimDriver({ board: 'pi4' });
    expect([driver.description, (await driver.lines()).length]).toEqual([
      'pinctrl-rp1, simulated Raspberry Pi 5 Model B',
      54,
    ]);
    expect([pi4.description, (await pi4.lines()).length]).toEqual([
      'pinctrl-bcm2711, simulated Raspberry Pi 4 Model B',
      58,
    ]);
  });

  test('a line that the kernel holds is busy and names its holder', async () => {
    await expect(openInput(32)).rejects.toMatchObject({
      code: 'HW_LINE_BUSY',
      message: expect.stringContaining('"phy-reset"') as string,
    });
  });
});

describe('the world', () => {
  test('a floating input keeps the level it had', async () => {
    driver.control.set(23, true);
    const input = await driver.openInput({ line: 23, active_low: false, bias: 'disabled' });
    driver.control.set(23, 'open');
    expect(await input.read()).toBe(true);
  });

  test('a bounce is several edges and rests at the level that was asked for', async () => {
    const input = await openInput(23);
    const edges: Edge[] = [];
    input.onEdge((edge) => edges.push(edge));
    driver.control.set(23, true, { bounce_ms: 12 });
    await clock.pass(12);
    await turns();
    expect(edges.map(({ level }) => level)).toEqual([true, false, true, false, true, false, true]);
    expect((edges.at(-1)?.at_ms ?? 0) - (edges[0]?.at_ms ?? 0)).toBe(12);
  });

  test('a press is active for its holder, however that is wired, and lets go', async () => {
    const button = await driver.openInput({ line: 24, active_low: true, bias: 'pull_up' });
    driver.control.press(24, 100);
    expect(await button.read()).toBe(true);
    await clock.pass(99);
    expect(await button.read()).toBe(true);
    await clock.pass(1);
    expect(await button.read()).toBe(false);
  });

  test('another program can move an output, until the next write', async () => {
    const output = await openOutput(25);
    driver.control.set(25, true);
    expect(await output.read()).toBe(true);
    await output.write(false);
    expect(await output.read()).toBe(false);
  });

  test.each([
    ['are counted on the first of them', undefined, 37],
    ['are not counted where they may be bounce', 5, undefined],
  ])('a reader that is late gets the last 64 edges, and those before %s', async (_, debounce_ms, missed) => {
    const bouncing = debounce_ms === undefined ? {} : { debounce_ms };
    const input = await driver.openInput({ line: 23, active_low: false, bias: 'pull_down', ...bouncing });
    const edges: Edge[] = [];
    input.onEdge((edge) => edges.push(edge));
    for (let count = 0; count < 101; count += 1) driver.control.set(23, count % 2 === 0);
    await turns();
    expect(edges).toHaveLength(64);
    expect(edges[0]?.missed).toBe(missed);
    expect(edges.filter((edge) => 'missed' in edge)).toHaveLength(missed === undefined ? 0 : 1);
    expect(edges.at(-1)?.level).toBe(true);
  });
});

describe('faults', () => {
  test('access_denied: the line cannot be opened until it is healed', async () => {
    driver.control.fail(23, 'access_denied');
    await expect(openInput(23)).rejects.toMatchObject({ code: 'HW_ACCESS_DENIED', retryable: false });
    driver.control.fail(23, undefined);
    await openInput(23);
  });

  test('stuck: a write does not take', async () => {
    const output = await openOutput(25);
    driver.control.fail(25, 'stuck');
    await output.write(true);
    expect(await output.read()).toBe(false);
  });

  test('coalescing: of edges that come at once there is the last, which says whether the line came back', async () => {
    const input = await openInput(23);
    const edges: Edge[] = [];
    input.onEdge((edge) => edges.push(edge));
    driver.control.fail(23, 'coalescing');
    for (const high of [true, false, true]) driver.control.set(23, high);
    await turns();
    for (const high of [false, true]) driver.control.set(23, high);
    await turns();
    expect(edges.map(({ level, missed }) => [level, missed])).toEqual([
      [true, undefined],
      [true, 1],
    ]);
  });

  test('gone: an input tells its failure, reading and writing reject', async () => {
    const input = await openInput(23);
    const output = await openOutput(25);
    const failures: Error[] = [];
    input.onFailure((error) => failures.push(error));
    driver.control.fail(23, 'gone');
    driver.control.fail(25, 'gone');
    expect(failures).toMatchObject([{ code: 'HW_LINE_GONE', retryable: true }]);
    await expect(input.read()).rejects.toMatchObject({ code: 'HW_LINE_GONE' });
    await expect(output.write(true)).rejects.toMatchObject({ code: 'HW_LINE_GONE' });
  });
});
