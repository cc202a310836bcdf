import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Retained, Store } from '#broker';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { latest } from '../../rigs/bus-client.ts';
import { Caller } from '../../rigs/caller.ts';
import { connectNpmMqtt } from '../../rigs/npm-mqtt.ts';
import { MAIN, Pinbus, type PinbusSettings } from '../../rigs/pinbus.ts';
import { Program } from '../../rigs/program.ts';
import { TerminalProgram } from '../../rigs/terminal.ts';
import { until } from '../../rigs/until.ts';

const LAMP = { id: 'lamp', platform: 'switch', line: 17, on_stop: 'on' };

describe('the life of a node', () => {
  const running: Pinbus[] = [];

  afterEach(async () => {
    for (const one of running.splice(0)) await one.dispose();
  });

  async function prepare(settings: PinbusSettings = {}): Promise<Pinbus> {
    const pinbus = await Pinbus.prepare(settings);
    running.push(pinbus);
    return pinbus;
  }

  async function start(settings: PinbusSettings = {}): Promise<Pinbus> {
    const pinbus = await prepare(settings);
    await pinbus.start();
    return pinbus;
  }

  /** Starts one that cannot start, and gives how it ended and all that it said to a person. */
  async function failing(pinbus: Pinbus, env: Readonly<Record<string, string>> = {}) {
    const program = new Program(process.execPath, [MAIN, 'start', '-c', pinbus.file], { cwd: pinbus.folder, env });
    const { code } = await program.exited;
    return { code, said: program.stderr.join('\n') };
  }

  /** What the database of a node that is down has on its status topic. */
  async function retainedStatus({ folder }: Pinbus): Promise<string | undefined> {
    const log = pino({ level: 'silent' });
    const store = new Store(join(folder, 'pinbus.db'), log);
    const retained = new Retained({ store, isOwn: () => true, log });
    const { signal } = new AbortController();
    await store.start(signal);
    await retained.start(signal);
    const status = retained.recall('pinbus/v1/porch/status');
    await retained.stop();
    await store.stop();
    return status?.payload.toString();
  }

  it('ends with 0 at SIGTERM, and says offline to those who listen', async () => {
    const pinbus = await start();
    const client = await connectNpmMqtt(pinbus.port, '5');
    await client.subscribe('pinbus/v1/porch/status');
    await until('online', () => latest(client, 'pinbus/v1/porch/status')?.payload === 'online');
    expect(await pinbus.stop()).toEqual({ code: 0, signal: null });
    expect(latest(client, 'pinbus/v1/porch/status')?.payload).toBe('offline');
    await client.close();
  });

  it('ends at SIGINT as well, in the middle of a start too', async () => {
    const pinbus = await prepare();
    const program = new Program(process.execPath, [MAIN, 'start', '-c', pinbus.file], { cwd: pinbus.folder });
    await program.line('the hardware', (line) => (line.includes('"component":"hardware"') ? true : undefined));
    program.signal('SIGINT');
    expect((await program.exited).code).toBe(0);
  });

  it('ends with the terminal that it was started on, outputs in their stop states', async () => {
    const pinbus = await prepare({ config: { entities: [LAMP] } });
    const terminal = new TerminalProgram([process.execPath, MAIN, 'start', '-c', pinbus.file], { cwd: pinbus.folder });
    await terminal.shows('ready');
    await terminal.close();
    expect(await terminal.exited).toBe(0);
    expect(await retainedStatus(pinbus)).toBe('offline');
  });

  it('ends at once at a second signal', async () => {
    const pinbus = await start();
    // Both are there before the first is answered; the kernel hands the lower number over first.
    pinbus.program.signal('SIGTERM');
    pinbus.program.signal('SIGINT');
    const { code } = await pinbus.program.exited;
    expect([130, 143]).toContain(code);
  });

  it('never shows a stale online after it was killed', async () => {
    const pinbus = await start();
    const before = await connectNpmMqtt(pinbus.port, '5');
    // The node's own is written behind; this one is on the disk when it is acknowledged.
    await before.publish('pinbus/v1/porch/status', 'online', { qos: 1, retain: true });
    await pinbus.kill();
    await before.close();
    expect(await retainedStatus(pinbus)).toBe('online');
    // Gets no further than the pins: whatever it served until then was there before it could say anything itself.
    pinbus.configure({ hardware: { gpio: { driver: 'pigpio' } } });
    expect((await failing(pinbus)).code).toBe(78);
    expect(await retainedStatus(pinbus)).toBe('offline');
  });

  it('puts outputs into their stop states and ends with 70 when something was not caught', async () => {
    const crash = join(process.cwd(), 'test/rigs/crash-on-signal.mjs');
    const pinbus = await start({ config: { entities: [LAMP] }, node_flags: ['--import', crash] });
    const client = await connectNpmMqtt(pinbus.port, '5');
    await client.subscribe('pinbus/v1/porch/#');
    await until('off', () => latest(client, 'pinbus/v1/porch/lamp/state')?.payload === 'OFF');
    pinbus.program.signal('SIGUSR2');
    expect((await pinbus.program.exited).code).toBe(70);
    expect(latest(client, 'pinbus/v1/porch/lamp/state')?.payload).toBe('ON');
    expect(latest(client, 'pinbus/v1/porch/status')?.payload).toBe('offline');
    expect(pinbus.program.stdout.join('\n')).toContain('thrown by the test');
    await client.close();
  });

  it('says in one sentence that the port is taken, and ends with 78', async () => {
    const pinbus = await prepare();
    const other = createServer().listen(pinbus.port, '127.0.0.1');
    const { code, said } = await failing(pinbus);
    other.close();
    expect(code).toBe(78);
    expect(said).toContain(String(pinbus.port));
    expect(said).not.toMatch(/\n\s+at /);
    expect(said.split('\n').length).toBeLessThanOrEqual(3);
  });

  it('says which folder cannot be written, and ends with 73', async () => {
    const pinbus = await prepare({ config: { outbox: { path: '/dev/null/pinbus.db' } } });
    const { code, said } = await failing(pinbus);
    expect(code).toBe(73);
    expect(said).toContain('/dev/null');
    expect(said).not.toMatch(/\n\s+at /);
  });

  it('says in one sentence that the pins cannot be reached, and what to do, and ends with 78', async () => {
    const { code, said } = await failing(await prepare({ config: { hardware: { gpio: { driver: 'pigpio' } } } }));
    expect(code).toBe(78);
    expect(said).toMatch(
      /^error HW_DRIVER_NOT_AVAILABLE: pigpio knows .*cdev works on all\n {2}set `hardware\.gpio\.driver` to .*auto$/,
    );
  });

  it('points at what is wrong in the config, and ends with 78', async () => {
    const pinbus = await prepare({ config: { entities: [{ ...LAMP, platfrom: 'switch' }] } });
    const { code, said } = await failing(pinbus);
    expect(code).toBe(78);
    expect(said).toContain('platfrom');
  });

  it('starts on a damaged database, and says that it set it aside', async () => {
    const pinbus = await prepare();
    mkdirSync(pinbus.folder, { recursive: true });
    writeFileSync(join(pinbus.folder, 'pinbus.db'), Buffer.alloc(65_536, 'not a database'));
    await pinbus.start();
    const line = await pinbus.logged('the damage', ({ code }) => code === 'STORE_DAMAGED');
    expect(line['set_aside']).toContain('pinbus.db');
    expect((await pinbus.stop()).code).toBe(0);
  });

  it('takes on a changed file by itself and at SIGHUP, and nothing of a wrong one', async () => {
    const pinbus = await start({ config: { entities: [LAMP] } });
    const caller = await Caller.connect(pinbus.port);
    const ids = async () => ((await caller.result('entities')) as { id: string }[]).map(({ id }) => id);
    expect(await ids()).toEqual(['lamp']);
    pinbus.configure({ entities: [LAMP, { id: 'pump', platform: 'switch', line: 27 }] });
    await until('the pump', async () => (await ids()).includes('pump'));
    pinbus.configure({ entities: [{ id: 'lamp', platform: 'swich', line: 17 }] });
    await pinbus.logged('the refusal', ({ component, level }) => component === 'reload' && level === 'error');
    pinbus.program.signal('SIGHUP');
    expect(await ids()).toEqual(['lamp', 'pump']);
    await caller.close();
  });

  it('tells the service manager when it is ready, alive, reloading and stopping', async () => {
    const pinbus = await prepare({ config: { entities: [LAMP] } });
    const socket = join(pinbus.folder, 'notify');
    const manager = new Program('python3', [
      '-uc',
      'import socket,sys\ns=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM)\ns.bind(sys.argv[1])\nprint("bound")\n' +
        'while True: print(s.recv(4096).decode().replace("\\n","|"))',
      socket,
    ]);
    await manager.line('the manager', (line) => (line === 'bound' ? true : undefined));
    const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '200000' };
    const program = new Program(process.execPath, [MAIN, 'start', '-c', pinbus.file], { cwd: pinbus.folder, env });
    const told = (what: string) => manager.line(what, (line) => (line.startsWith(what) ? line : undefined), 15_000);
    expect(await told('READY=1')).toContain('1 entity,');
    await told('WATCHDOG=1');
    program.signal('SIGHUP');
    await told('RELOADING=1|MONOTONIC_USEC=');
    program.signal('SIGTERM');
    await told('STOPPING=1');
    expect((await program.exited).code).toBe(0);
    await manager.stop();
  });
});
