import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { LoadClient } from './load-client.ts';
import { Program } from './program.ts';
import { until } from './until.ts';

const PROGRAMS = '/usr/lib/rabbitmq/bin';
/** Erlang takes its time. */
const START_MS = 180_000;

/** A RabbitMQ with its MQTT plugin (3.1.1, up to QoS 1) in a folder of its own, with a port mapper of its own. */
export class RabbitMq {
  readonly port: number;
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string>>;
  #mapper: Program | undefined;
  #server: Program | undefined;

  private constructor(port: number, mapper: number, distribution: number) {
    this.port = port;
    this.#folder = mkdtempSync(join(tmpdir(), 'rabbitmq-'));
    const file = (name: string): string => join(this.#folder, name);
    mkdirSync(file('log'));
    writeFileSync(file('enabled_plugins'), '[rabbitmq_mqtt].\n');
    writeFileSync(
      file('rabbitmq.conf'),
      ['listeners.tcp = none', `mqtt.listeners.tcp.1 = 127.0.0.1:${port}`, 'mqtt.allow_anonymous = true', ''].join(
        '\n',
      ),
    );
    this.#env = {
      // Where Erlang keeps the cookie that both programs know each other by.
      HOME: this.#folder,
      ERL_EPMD_PORT: String(mapper),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_DIST_PORT: String(distribution),
      RABBITMQ_NODENAME: `rig${port}@localhost`,
      RABBITMQ_CONFIG_FILE: file('rabbitmq.conf'),
      RABBITMQ_ENABLED_PLUGINS_FILE: file('enabled_plugins'),
      RABBITMQ_MNESIA_BASE: file('mnesia'),
      RABBITMQ_LOG_BASE: file('log'),
      RABBITMQ_LOGS: '-',
      // Or it would be the child of a shell script, that a kill does not reach.
      RUNNING_UNDER_SYSTEMD: 'true',
    };
  }

  /** Settles when it takes connections. */
  static async start(): Promise<RabbitMq> {
    const rabbit = new RabbitMq(await freePort(), await freePort(), await freePort());
    rabbit.#mapper = new Program('epmd', ['-port', rabbit.#env['ERL_EPMD_PORT'] ?? '', '-address', '127.0.0.1']);
    const server = new Program(join(PROGRAMS, 'rabbitmq-server'), [], { cwd: rabbit.#folder, env: rabbit.#env });
    rabbit.#server = server;
    await until(
      'RabbitMQ listens',
      () => {
        if (server.exit !== undefined) throw new Error(`RabbitMQ ended: ${server.lastWords()}`);
        return LoadClient.connect(rabbit.port, 'probe').then(
          (client) => client.close().then(() => true),
          () => false,
        );
      },
      START_MS,
    );
    return rabbit;
  }

  /** Its memory alarm: no publisher is read from any more, so nobody has a PUBACK. */
  async raiseMemoryAlarm(): Promise<void> {
    await this.#control('set_vm_memory_high_watermark', '0.000001');
  }

  async clearMemoryAlarm(): Promise<void> {
    await this.#control('set_vm_memory_high_watermark', '0.4');
  }

  async remove(): Promise<void> {
    await this.#server?.kill();
    await this.#mapper?.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #control(...args: readonly string[]): Promise<void> {
    const command = new Program(join(PROGRAMS, 'rabbitmqctl'), ['-n', this.#env['RABBITMQ_NODENAME'] ?? '', ...args], {
      env: this.#env,
    });
    const { code } = await command.exited;
    if (code !== 0) throw new Error(`rabbitmqctl ${args.join(' ')}: ${command.lastWords()}`);
  }
}
