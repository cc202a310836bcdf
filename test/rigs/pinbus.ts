import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from './free-port.ts';
import { type Exit, Program } from './program.ts';

/** The built program, as `npm start` runs it. Both the tests and the benches run in the checkout's folder. */
export const MAIN = resolve('dist/agent/main.js');

/** The config as it would stand in the YAML file, whose superset of JSON is what gets written. */
export type ConfigDocument = Readonly<Record<string, unknown>>;

export interface PinbusSettings {
  /** Merged over the rig's own: node `porch`, simulated hardware, one listener on a free loopback port, no entities. */
  readonly config?: ConfigDocument | ((port: number, folder: string) => ConfigDocument);
  readonly env?: Readonly<Record<string, string>>;
  /** What runs the program; this Node and the built program when missing. */
  readonly command?: readonly [program: string, ...args: string[]];
  /** Flags of node itself. */
  readonly node_flags?: readonly string[];
}

/** One line of the program's log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** A pinbus in a folder of its own: start it, kill it, start it again on what it left behind. */
export class Pinbus {
  readonly port: number;
  readonly folder: string;
  readonly file: string;
  readonly #settings: PinbusSettings;
  #program: Program | undefined;

  private constructor(port: number, folder: string, settings: PinbusSettings) {
    this.port = port;
    this.folder = folder;
    this.file = join(folder, 'pinbus.yaml');
    this.#settings = settings;
  }

  /** Starts one and waits until it is ready. */
  static async start(settings: PinbusSettings = {}): Promise<Pinbus> {
    const pinbus = await Pinbus.prepare(settings);
    try {
      await pinbus.start();
    } catch (error) {
      await pinbus.dispose();
      throw error;
    }
    return pinbus;
  }

  /** Writes the config; nothing runs yet. */
  static async prepare(settings: PinbusSettings = {}): Promise<Pinbus> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'pinbus-test-'));
    const pinbus = new Pinbus(port, folder, settings);
    pinbus.configure(typeof settings.config === 'function' ? settings.config(port, folder) : (settings.config ?? {}));
    return pinbus;
  }

  /** Rewrites the config file. */
  configure(config: ConfigDocument): void {
    const document = {
      node: { id: 'porch', name: 'Porch Pi', area: 'Porch' },
      broker: { listeners: [{ port: this.port }] },
      hardware: { gpio: { driver: 'sim' } },
      entities: [],
      ...config,
    };
    writeFileSync(this.file, `${JSON.stringify(document, undefined, 2)}\n`);
  }

  /** Starts it on its folder and waits until it says that it is ready. Milliseconds from spawn to ready. */
  async start(deadline_ms = 60_000): Promise<number> {
    const began = performance.now();
    const { node_flags = [], command = [process.execPath, ...node_flags, MAIN] } = this.#settings;
    const [program, ...args] = command;
    this.#program = new Program(program, [...args, 'start', '-c', this.file], {
      cwd: this.folder,
      ...(this.#settings.env === undefined ? {} : { env: this.#settings.env }),
    });
    await this.logged('ready', (line) => typeof line['ready_ms'] === 'number', deadline_ms);
    return performance.now() - began;
  }

  get program(): Program {
    if (!this.#program) throw new Error('pinbus was not started');
    return this.#program;
  }

  /** Waits for a line of the log, from the start of this run. */
  async logged(what: string, matches: (line: LogLine) => boolean, deadline_ms = 10_000): Promise<LogLine> {
    return this.program.line(
      what,
      (text) => {
        const line = parseLogLine(text);
        return line && matches(line) ? line : undefined;
      },
      deadline_ms,
    );
  }

  lastWords(): string {
    return this.#program?.lastWords() ?? 'it was never started';
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** SIGTERM and the way it ended. */
  async stop(): Promise<Exit> {
    return this.program.stop();
  }

  /** SIGKILL: what a power cut is to a process. */
  async kill(): Promise<Exit> {
    return this.program.kill();
  }

  /** Ends it, whatever state it is in, and removes its folder. */
  async dispose(): Promise<void> {
    if (this.#program && !this.#program.exit) await this.#program.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function parseLogLine(text: string): LogLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as LogLine) : undefined;
  } catch {
    return undefined;
  }
}
