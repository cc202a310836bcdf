import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from './free-port.ts';
import { Program } from './program.ts';
import { until } from './until.ts';

/** Both the tests and the benches run in the checkout's folder. */
const CLOUD = readFileSync(resolve('mosquitto/cloud.conf'), 'utf8');

interface Place {
  readonly port: number;
  readonly address: string;
  /** Where it keeps its state. */
  readonly folder: string;
}

/** `lines` are added to the config, the cloud's if no other is given. */
export function mosquittoConfig({ port, address, folder }: Place, lines: readonly string[], base = CLOUD): string {
  const config = base
    .replace(/^listener .*$/m, `listener ${port} ${address}`)
    .replace(/^persistence_location .*$/m, `persistence_location ${folder}/`);
  // As root mosquitto becomes another user, who may not write into the folder.
  const user = process.getuid?.() === 0 ? ['user root'] : [];
  return [config, ...user, ...lines, ''].join('\n');
}

/** A real mosquitto on a loopback port of its own, as mosquitto/cloud.conf has it; it keeps its state over restarts. */
export class Mosquitto {
  readonly port: number;
  readonly #folder: string;
  #program: Program | undefined;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
  }

  /** It does not run yet. */
  static async make(lines: readonly string[] = [], base?: string): Promise<Mosquitto> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'mosquitto-'));
    const config = mosquittoConfig({ port, address: '127.0.0.1', folder }, lines, base);
    writeFileSync(join(folder, 'mosquitto.conf'), config);
    return new Mosquitto(port, folder);
  }

  /** Settles when it takes connections. */
  async start(): Promise<void> {
    const program = new Program('/usr/sbin/mosquitto', ['-c', join(this.#folder, 'mosquitto.conf')]);
    this.#program = program;
    await until('mosquitto listens', () => {
      if (program.exit !== undefined) throw new Error(`mosquitto ended: ${program.lastWords()}`);
      return answers(this.port);
    });
  }

  get pid(): number {
    if (this.#program === undefined) throw new Error('mosquitto was not started');
    return this.#program.pid;
  }

  /** SIGTERM: it saves its state. */
  async stop(): Promise<void> {
    await this.#program?.stop();
  }

  /** SIGKILL: what it has not written is gone. */
  async kill(): Promise<void> {
    await this.#program?.kill();
  }

  /** SIGSTOP: connections stay, nothing answers. */
  freeze(): void {
    this.#program?.signal('SIGSTOP');
  }

  thaw(): void {
    this.#program?.signal('SIGCONT');
  }

  /** Ends it, frozen or not, and removes its folder. */
  async remove(): Promise<void> {
    await this.#program?.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
