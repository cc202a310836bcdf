// `npm run bench:gpio`: from an edge to a callback and to a message, from a command to a pin, how even the software's PWM is, and
// what idle inputs cost. It runs inside of user-mode Linux, where a system call costs tens of what it does on a Pi: the figures are upper bounds.
import { setTimeout as wait } from 'node:timers/promises';
import { type DriverName, openDriver } from '../../../src/hw/drivers.ts';
import { GpioSim } from '../../kernel/gpio-sim.ts';
import { LevelRecord } from '../../kernel/level-record.ts';
import { LoadClient } from '../../rigs/load-client.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { percentile } from '../figures.ts';
import { cpuShare } from '../process-figures.ts';
import { table } from '../table.ts';

const BOARD = 'pi5';
const INPUT = 23;
const OUTPUT = 17;
const EDGES = 1_000;
const MESSAGES = 500;
const IDLE_INPUTS = 16;
const IDLE_MS = 10_000;
const PWM_HZ = 100;
const PWM_MS = 5_000;

const chip = new GpioSim(BOARD);

/** Moves the pin `count` times, each time when `arrived` was called for the time before. Milliseconds for each. */
async function paced(count: number, move: (high: boolean) => void, arrival: () => Promise<void>): Promise<number[]> {
  const latencies: number[] = [];
  for (let index = 0; index <= count; index += 1) {
    const next = arrival();
    const began = performance.now();
    move(index % 2 === 0);
    await next;
    // The first one finds cold code.
    if (index > 0) latencies.push(performance.now() - began);
  }
  return latencies;
}

/** From the edge to the driver's callback: from the pin's far end, and from the time that the driver noted. */
async function toCallback(name: DriverName): Promise<{ whole: number[]; from_kernel: number[] }> {
  // The first move is an edge.
  chip.pull(INPUT, false);
  const { driver } = await openDriver({ driver: name, board: BOARD });
  const input = await driver.openInput({ line: INPUT, active_low: false, bias: 'as_is' });
  const from_kernel: number[] = [];
  let arrived = (): void => {};
  input.onEdge(({ at_ms }) => {
    from_kernel.push(performance.now() - at_ms);
    arrived();
  });
  const arrival = () => new Promise<void>((resolve) => (arrived = resolve));
  const whole = await paced(EDGES, (high) => chip.pull(INPUT, high), arrival);
  await driver.close();
  return { whole, from_kernel };
}

/** How far the periods of a wave made in software are from the one that was asked for. */
async function pwmJitter(): Promise<number[]> {
  const { driver } = await openDriver({ driver: 'cdev', board: BOARD });
  const pwm = await driver.openPwm?.({ line: OUTPUT, frequency_hz: PWM_HZ, initial_duty: 0.3 });
  const record = new LevelRecord(chip, OUTPUT);
  await wait(PWM_MS);
  const rises = record.changes.filter(({ high }) => high).map(({ at_ms }) => at_ms);
  await pwm?.close();
  await driver.close();
  return rises.slice(1).map((at_ms, index) => Math.abs(at_ms - (rises[index] ?? at_ms) - 1_000 / PWM_HZ));
}

const start = (entities: readonly unknown[]): Promise<Pinbus> =>
  Pinbus.start({ config: { hardware: { gpio: { driver: 'cdev' } }, entities } });

async function toMessage(port: number): Promise<number[]> {
  const client = await LoadClient.connect(port, 'bench');
  let arrived = (): void => {};
  client.onMessage = (_topic, _payload, { retain }) => {
    if (!retain) arrived();
  };
  await client.subscribe('pinbus/v1/porch/door/state', 0);
  const latencies = await paced(
    MESSAGES,
    (high) => chip.pull(INPUT, high),
    () => new Promise<void>((resolve) => (arrived = resolve)),
  );
  await client.close();
  return latencies;
}

/** From a command to the level on the pin, by the kernel's own record of it. */
async function toPin(port: number): Promise<number[]> {
  const client = await LoadClient.connect(port, 'bench');
  let arrived = (): void => {};
  client.onMessage = (_topic, _payload, { retain }) => {
    if (!retain) arrived();
  };
  await client.subscribe('pinbus/v1/porch/lamp/state', 0);
  const record = new LevelRecord(chip, OUTPUT);
  const asked_ms: number[] = [];
  await paced(
    MESSAGES,
    (high) => {
      asked_ms.push(performance.now());
      client.publish('pinbus/v1/porch/lamp/set', high ? 'ON' : 'OFF', 0);
    },
    () => new Promise<void>((resolve) => (arrived = resolve)),
  );
  await client.close();
  return record.changes.map(({ at_ms }, index) => at_ms - (asked_ms[index] ?? Number.NaN)).slice(1);
}

/** Of this process, which has nothing but the driver and these inputs. */
async function idleDriverShare(inputs: number): Promise<number> {
  const { driver } = await openDriver({ driver: 'cdev', board: BOARD });
  for (let line = 2; line < inputs + 2; line += 1) {
    await driver.openInput({ line, active_low: false, bias: 'as_is' });
  }
  const before = process.cpuUsage();
  await wait(IDLE_MS);
  const { user, system } = process.cpuUsage(before);
  await driver.close();
  return (user + system) / 1_000 / IDLE_MS;
}

async function idleShare(inputs: number): Promise<number> {
  const entities = Array.from({ length: inputs }, (_, index) => ({
    id: `input_${index}`,
    platform: 'binary_sensor',
    line: index + 2,
  }));
  const pinbus = await start(entities);
  await wait(3_000);
  const share = await cpuShare(pinbus.program.pid, IDLE_MS);
  await pinbus.dispose();
  return share;
}

const callback = await toCallback('cdev');
const sysfs = await toCallback('onoff');
const jitter = await pwmJitter();
chip.pull(INPUT, false);
const pinbus = await start([
  { id: 'door', platform: 'binary_sensor', line: INPUT, debounce: '0ms' },
  { id: 'lamp', platform: 'switch', line: OUTPUT },
]);
const message = await toMessage(pinbus.port);
const pin = await toPin(pinbus.port);
await pinbus.dispose();
const driver_alone = await idleDriverShare(IDLE_INPUTS);
const without = await idleShare(0);
const idle = await idleShare(IDLE_INPUTS);
chip.remove();

const row = (name: string, values: readonly number[]): string[] => [
  name,
  ...[0.5, 0.99].map((part) => percentile(values, part).toFixed(3)),
];
const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
say(
  table(
    ['milliseconds', 'p50', 'p99'],
    [
      row(`edge to callback, ${EDGES}, cdev`, callback.whole),
      row("the same, from the kernel's time stamp", callback.from_kernel),
      row(`edge to callback, ${EDGES}, onoff`, sysfs.whole),
      row(`edge to message at a subscriber, ${MESSAGES}`, message),
      row(`command to pin, ${MESSAGES}`, pin),
      row(`a period of the software's PWM at ${PWM_HZ} Hz, from what it should be`, jitter),
    ],
  ),
);
say('');
say(
  table(
    [`CPU idle, over ${IDLE_MS / 1_000} s`, 'of a core'],
    [
      [`${IDLE_INPUTS} inputs, the driver alone`, percent(driver_alone)],
      ['a node without inputs', percent(without)],
      [`a node with ${IDLE_INPUTS} inputs`, percent(idle)],
    ],
  ),
);
