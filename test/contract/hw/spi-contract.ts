import type { SpiBus, SpiSettings } from '#hw';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** A device that sends back what it gets, as /dev/spidev0.0, and what was seen at its end. */
export interface SpiBench {
  open(settings: SpiSettings): Promise<SpiBus>;
  /** Of the last message. */
  seen(): { readonly mode: number; readonly speed_hz: number };
  /** How often the device was selected since the bench was opened. */
  selections(): number;
  close(): Promise<void>;
}

/** What spidev takes at once by default. */
const LIMIT_BYTES = 4_096;
const LOOPBACK: SpiSettings = { bus: 0, chip_select: 0, mode: 0, speed_hz: 1_000_000, divisible: false };

const counting = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, index) => index % 251));

/** What every SPI bus promises, whatever it runs on. */
export function spiContract(name: string, openBench: () => Promise<SpiBench>): void {
  describe(`SPI bus ${name}`, () => {
    let bench: SpiBench;
    beforeEach(async () => {
      bench = await openBench();
    });
    afterEach(() => bench.close());

    test('brings in as many bytes as go out, for each transfer', async () => {
      const bus = await bench.open(LOOPBACK);
      const sent = [counting(3), Buffer.of(), counting(200)];
      expect(await bus.transfer(sent.map((send) => ({ send })))).toEqual(sent);
      expect(bench.selections()).toBe(1);
      await bus.close();
    });

    test('has the mode and the speed that were asked for', async () => {
      for (const mode of [0, 1, 2, 3] as const) {
        const bus = await bench.open({ ...LOOPBACK, mode, speed_hz: 500_000 * (mode + 1) });
        await bus.transfer([{ send: counting(1) }]);
        expect(bench.seen()).toEqual({ mode, speed_hz: 500_000 * (mode + 1) });
        await bus.close();
      }
    });

    test('takes what is as long as the kernel allows in one piece', async () => {
      const bus = await bench.open(LOOPBACK);
      expect(await bus.transfer([{ send: counting(LIMIT_BYTES) }])).toEqual([counting(LIMIT_BYTES)]);
      expect(bench.selections()).toBe(1);
      await bus.close();
    });

    test('refuses what is longer and may not be divided, and sends none of it', async () => {
      const bus = await bench.open(LOOPBACK);
      for (const lengths of [[LIMIT_BYTES + 1], [LIMIT_BYTES, 1]]) {
        const refused = bus.transfer(lengths.map((length) => ({ send: counting(length) })));
        await expect(refused).rejects.toMatchObject({ code: 'HW_MESSAGE_TOO_LONG', retryable: false });
      }
      expect(bench.selections()).toBe(0);
      await bus.close();
    });

    test('divides what is longer where the device allows it, and puts it together again', async () => {
      const bus = await bench.open({ ...LOOPBACK, divisible: true });
      expect(await bus.transfer([{ send: counting(10_000) }, { send: counting(7) }])).toEqual([
        counting(10_000),
        counting(7),
      ]);
      expect(bench.selections()).toBe(3);
      await bus.close();
    });

    test('divides where the device is deselected anyway', async () => {
      const bus = await bench.open(LOOPBACK);
      const frames = [counting(3_000), counting(3_000)];
      expect(await bus.transfer(frames.map((send) => ({ send, deselect: true })))).toEqual(frames);
      expect(bench.selections()).toBe(2);
      await bus.close();
    });

    test('that is not there is an error that says how to switch it on', async () => {
      await expect(bench.open({ ...LOOPBACK, bus: 7 })).rejects.toMatchObject({
        code: 'HW_BUS_MISSING',
        retryable: false,
        message: expect.stringContaining('/dev/spidev7.0: there is no such bus') as string,
        remedy: expect.stringContaining('dtparam=spi=on') as string,
      });
    });

    test('refuses once it is closed, and closing it again does nothing', async () => {
      const bus = await bench.open(LOOPBACK);
      await bus.close();
      await bus.close();
      await expect(bus.transfer([{ send: counting(1) }])).rejects.toMatchObject({ code: 'HW_CLOSED' });
    });
  });
}
