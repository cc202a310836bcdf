import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Driver, Edge, InputSettings, LineId, OutputSettings, PwmOutput, PwmSettings } from '#hw';
import { until } from '../../rigs/until.ts';

export type Lack = 'bias' | 'debounce' | 'drive' | 'names' | 'pwm';

/** A driver, and the other end of its wires. Levels of the world are physical: true is high. */
export interface Bench {
  readonly driver: Driver;
  /** What the driver's way to the pins has not: then it must say so. */
  readonly lacks?: readonly Lack[];
  drive(line: number, high: boolean): void;
  /** Every physical level of the line from now on. */
  trace(line: number): { readonly levels: readonly boolean[]; high(): boolean };
  /** Free lines of the header, three or more. */
  readonly lines: readonly [number, number, number];
  readonly unknownLine: number;
  /** Closes the driver and takes the world around it away. */
  close(): Promise<void>;
}

const output = (settings: Partial<OutputSettings> & { line: LineId }): OutputSettings => ({
  active_low: false,
  drive: 'push_pull',
  initial: false,
  ...settings,
});

/** What every driver promises, whatever it runs on. */
export function driverContract(name: string, open: () => Promise<Bench>): void {
  describe(`driver ${name}`, () => {
    let bench: Bench;
    let driver: Driver;
    let one: number;
    let two: number;
    const lacks = (what: Lack) => bench.lacks?.includes(what) === true;
    const input = (settings: Partial<InputSettings> & { line: LineId }): InputSettings => ({
      active_low: false,
      ...settings,
      bias: lacks('bias') ? 'as_is' : (settings.bias ?? 'pull_down'),
    });

    beforeEach(async () => {
      bench = await open();
      driver = bench.driver;
      [one, two] = bench.lines;
    });

    afterEach(() => bench.close());

    describe('DigitalInput', () => {
      test('reads the level of the wire', async () => {
        const line = await driver.openInput(input({ line: one }));
        bench.drive(one, true);
        expect(await line.read()).toBe(true);
        bench.drive(one, false);
        expect(await line.read()).toBe(false);
        await line.close();
      });

      test('active_low turns levels and edges around', async () => {
        bench.drive(one, true);
        const line = await driver.openInput(input({ line: one, active_low: true, bias: 'pull_up' }));
        const edges: Edge[] = [];
        line.onEdge((edge) => edges.push(edge));
        expect(await line.read()).toBe(false);
        bench.drive(one, false);
        expect(await line.read()).toBe(true);
        await until('the edge', () => edges.length === 1);
        expect(edges[0]?.level).toBe(true);
        await line.close();
      });

      test('follows its bias while nothing drives it, or says that it has none', async () => {
        if (lacks('bias')) {
          const refused = driver.openInput({ line: one, active_low: false, bias: 'pull_up' });
          await expect(refused).rejects.toMatchObject({ code: 'HW_SETTING_UNSUPPORTED', retryable: false });
          return;
        }
        const up = await driver.openInput(input({ line: one, bias: 'pull_up' }));
        const down = await driver.openInput(input({ line: two, bias: 'pull_down' }));
        expect(await up.read()).toBe(true);
        expect(await down.read()).toBe(false);
        await up.close();
        await down.close();
      });

      test('tells every paced edge once, in order, with times that do not go back', async () => {
        const line = await driver.openInput(input({ line: one }));
        const edges: Edge[] = [];
        line.onEdge((edge) => edges.push(edge));
        for (let count = 0; count < 20; count += 1) {
          bench.drive(one, count % 2 === 0);
          await until('the edge', () => edges.length === count + 1);
        }
        expect(edges.map(({ level }) => level)).toEqual(edges.map((_, index) => index % 2 === 0));
        expect(edges.map(({ at_ms }) => at_ms)).toEqual(edges.map(({ at_ms }) => at_ms).toSorted((a, b) => a - b));
        await line.close();
      });

      test('debounces where it can, and tells every edge where it cannot', async () => {
        const debounce_ms = 100;
        const line = await driver.openInput({ ...input({ line: one }), debounce_ms });
        const edges: Edge[] = [];
        line.onEdge((edge) => edges.push(edge));
        const began_ms = performance.now();
        for (const high of [true, false, true]) {
          bench.drive(one, high);
          if (lacks('debounce')) await until('the edge', () => edges.at(-1)?.level === high);
        }
        await until('the level', () => edges.at(-1)?.level === true);
        expect(edges).toHaveLength(lacks('debounce') ? 3 : 1);
        // It bears the time that the line came to rest, not the time that it was told.
        expect(edges[0]?.at_ms).toBeGreaterThanOrEqual(began_ms - 1);
        if (!lacks('debounce')) expect(performance.now() - began_ms).toBeGreaterThanOrEqual(debounce_ms);
        expect(await line.read()).toBe(true);
        await line.close();
      });

      test('tells an edge later, never while the wire is being moved', async () => {
        const line = await driver.openInput(input({ line: one }));
        let told = false;
        line.onEdge(() => {
          told = true;
        });
        bench.drive(one, true);
        expect(told).toBe(false);
        await until('the edge', () => told);
        await line.close();
      });

      test('tells nothing once the listening has ended, and nothing after close', async () => {
        const line = await driver.openInput(input({ line: one }));
        const ended: Edge[] = [];
        const closed: Edge[] = [];
        const end = line.onEdge((edge) => ended.push(edge));
        line.onEdge((edge) => closed.push(edge));
        end();
        bench.drive(one, true);
        await until('the edge', () => closed.length === 1);
        bench.drive(one, false);
        await line.close();
        await new Promise((resolve) => setImmediate(resolve));
        expect(ended).toEqual([]);
        expect(closed).toHaveLength(1);
      });
    });

    describe('DigitalOutput', () => {
      test('drives the first level in the call that opens it', async () => {
        const trace = bench.trace(one);
        const line = await driver.openOutput(output({ line: one, initial: true }));
        expect(trace.high()).toBe(true);
        expect(trace.levels).toEqual([true]);
        await line.close();
      });

      test('an active-low output that starts inactive does not glitch low', async () => {
        bench.drive(one, true);
        const trace = bench.trace(one);
        const line = await driver.openOutput(output({ line: one, active_low: true, initial: false }));
        expect(trace.levels).toEqual([]);
        expect(trace.high()).toBe(true);
        await line.close();
      });

      test('writes, and reads back from the wire', async () => {
        const line = await driver.openOutput(output({ line: one }));
        const trace = bench.trace(one);
        for (const level of [true, false, true]) {
          await line.write(level);
          expect(await line.read()).toBe(level);
          expect(trace.high()).toBe(level);
        }
        await line.close();
      });

      test('keeps the level that it finds, whichever it is, and moves nothing', async () => {
        for (const active_low of [false, true]) {
          for (const high of [true, false]) {
            bench.drive(one, high);
            const trace = bench.trace(one);
            const line = await driver.openOutput(output({ line: one, active_low, initial: 'keep' }));
            expect(await line.read()).toBe(high !== active_low);
            expect(trace.levels).toEqual([]);
            await line.write(high === active_low);
            expect(trace.high()).toBe(!high);
            await line.close();
          }
        }
      });

      test('open_drain drives low and lets go of high, or is refused', async () => {
        if (lacks('drive')) {
          const refused = driver.openOutput(output({ line: one, drive: 'open_drain' }));
          await expect(refused).rejects.toMatchObject({ code: 'HW_SETTING_UNSUPPORTED', retryable: false });
          return;
        }
        const line = await driver.openOutput(output({ line: one, drive: 'open_drain', initial: true }));
        bench.drive(one, false);
        expect(await line.read()).toBe(false);
        bench.drive(one, true);
        expect(await line.read()).toBe(true);
        await line.write(false);
        expect(await line.read()).toBe(false);
        await line.close();
      });
    });

    test('one line has one holder, and the second one is told who it is', async () => {
      const line = await driver.openInput(input({ line: one }));
      await expect(driver.openOutput(output({ line: one }))).rejects.toMatchObject({
        code: 'HW_LINE_BUSY',
        retryable: true,
        message: expect.stringContaining('"pinbus"') as string,
      });
      await line.close();
      const again = await driver.openOutput(output({ line: one }));
      await again.close();
    });

    test('a line that is not there is an error that says which there are', async () => {
      await expect(driver.openInput(input({ line: bench.unknownLine }))).rejects.toMatchObject({
        code: 'HW_LINE_UNKNOWN',
        retryable: false,
        message: expect.stringMatching(/has no line .*0 to \d+/) as string,
      });
      await expect(driver.openInput(input({ line: 'NO_SUCH_LINE' }))).rejects.toMatchObject({
        code: 'HW_LINE_UNKNOWN',
      });
    });

    test('a line can be named as the kernel names it, or a number is asked for', async () => {
      if (lacks('names')) {
        const refused = driver.openInput(input({ line: 'GPIO17' }));
        await expect(refused).rejects.toMatchObject({ code: 'HW_LINE_UNKNOWN', message: /give its number/ });
        return;
      }
      const line = await driver.openInput(input({ line: 'GPIO17' }));
      bench.drive(17, true);
      expect(await line.read()).toBe(true);
      await line.close();
    });

    test('a closed line refuses, and closing it again does nothing', async () => {
      const line = await driver.openOutput(output({ line: one }));
      await line.close();
      await line.close();
      await expect(line.write(true)).rejects.toMatchObject({ code: 'HW_CLOSED' });
      await expect(line.read()).rejects.toMatchObject({ code: 'HW_CLOSED' });
    });

    test('lists its lines with direction, level and holder', async () => {
      const line = await driver.openOutput(output({ line: one, initial: true }));
      const info = (await driver.lines()).find(({ offset }) => offset === one);
      expect(info).toMatchObject({ direction: 'out', level: true, consumer: 'pinbus' });
      expect(info?.name).toBe(lacks('names') ? '' : `GPIO${one}`);
      await line.close();
    });

    describe('PwmOutput', () => {
      const openPwm = (settings: Partial<PwmSettings> = {}): Promise<PwmOutput> => {
        if (!driver.openPwm) throw new Error('the driver has no PWM');
        return driver.openPwm({ line: one, frequency_hz: 100, initial_duty: 0.25, ...settings });
      };

      test('is there on any line, or not at all', async () => {
        expect(driver.openPwm === undefined).toBe(lacks('pwm'));
        if (lacks('pwm')) return;
        for (const line of bench.lines) await (await openPwm({ line })).close();
      });

      test('writes a duty and reads it back', async () => {
        if (lacks('pwm')) return;
        const pwm = await openPwm();
        expect(await pwm.read()).toBeCloseTo(0.25, 2);
        for (const duty of [0, 0.5, 1]) {
          await pwm.write(duty);
          expect(await pwm.read()).toBeCloseTo(duty, 2);
        }
        await pwm.close();
      });

      test('a duty of 0 and of 1 is a level', async () => {
        if (lacks('pwm')) return;
        const trace = bench.trace(one);
        const pwm = await openPwm({ initial_duty: 1 });
        expect(trace.high()).toBe(true);
        expect(trace.levels).toEqual([true]);
        await pwm.write(0);
        expect(trace.high()).toBe(false);
        await pwm.close();
      });

      test('refuses a duty outside of 0 to 1 and changes nothing', async () => {
        if (lacks('pwm')) return;
        const pwm = await openPwm();
        for (const duty of [-0.1, 1.1, Number.NaN]) {
          await expect(pwm.write(duty)).rejects.toMatchObject({ code: 'HW_VALUE_OUT_OF_RANGE' });
        }
        expect(await pwm.read()).toBeCloseTo(0.25, 2);
        await pwm.close();
      });

      test('has its line alone, and refuses once it is closed', async () => {
        if (lacks('pwm')) return;
        const pwm = await openPwm();
        await expect(openPwm()).rejects.toMatchObject({ code: 'HW_LINE_BUSY' });
        await pwm.close();
        await pwm.close();
        await expect(pwm.write(0.5)).rejects.toMatchObject({ code: 'HW_CLOSED' });
        await (await openPwm()).close();
      });
    });
  });
}
