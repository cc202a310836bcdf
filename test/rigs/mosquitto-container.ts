import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { StartedTestContainer } from 'testcontainers';
import type { CloudBroker, CloudSettings } from './cloud-broker.ts';
import { freePort } from './free-port.ts';
import { LoadClient } from './load-client.ts';
import { mosquittoConfig } from './mosquitto.ts';
import { until } from './until.ts';

const SERVER = '/usr/sbin/mosquitto';
const CONFIG = '/mosquitto/mosquitto.conf';
const DATA = '/mosquitto/data';
const IMAGE = 'pinbus-test/mosquitto';
const START_MS = 60_000;

// Its reaper is an image to pull; what is started here is removed here.
process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
const testcontainers = () => import('testcontainers');
type Engine = Awaited<ReturnType<Awaited<ReturnType<typeof testcontainers>>['getContainerRuntimeClient']>>;

/** The Docker engine that answers. Throws why none does. */
export async function dockerEngine(): Promise<Engine> {
  const { getContainerRuntimeClient } = await testcontainers();
  return getContainerRuntimeClient();
}

/** The image of this machine's mosquitto, and nothing else but what it is linked to: no registry has to be asked for one. */
export async function buildImage(): Promise<void> {
  const context = mkdtempSync(join(tmpdir(), 'mosquitto-image-'));
  try {
    const add = (file: string): void => {
      mkdirSync(join(context, dirname(file)), { recursive: true });
      copyFileSync(file, join(context, file));
    };
    const linked = execFileSync('ldd', [SERVER], { encoding: 'utf8' }).matchAll(/(?:=> |^\s*)(?<file>\/\S+) \(0x/gm);
    for (const file of [SERVER, ...Array.from(linked, ({ groups }) => groups?.['file'] ?? '')]) add(file);
    mkdirSync(join(context, 'etc'));
    writeFileSync(join(context, 'etc/passwd'), 'root:x:0:0:root:/:/bin/false\n');
    const dockerfile = ['FROM scratch', 'COPY . /', `CMD ["${SERVER}", "-c", "${CONFIG}"]`, ''].join('\n');
    writeFileSync(join(context, 'Dockerfile'), dockerfile);
    const { GenericContainer } = await testcontainers();
    await GenericContainer.fromDockerfile(context).build(IMAGE, { deleteOnExit: false });
  } finally {
    rmSync(context, { recursive: true });
  }
}

/** A mosquitto in a container, on loopback ports that stay the same over restarts; so does its state. */
export class MosquittoContainer implements CloudBroker {
  readonly port: number;
  readonly #settings: CloudSettings;
  #container: StartedTestContainer | undefined;

  private constructor(port: number, settings: CloudSettings) {
    this.port = port;
    this.#settings = settings;
  }

  /** Of the built image. It does not run yet. */
  static async make(settings: CloudSettings): Promise<MosquittoContainer> {
    return new MosquittoContainer(await freePort(), settings);
  }

  /** Settles when it takes connections. */
  async start(): Promise<void> {
    if (this.#container === undefined) await this.#create();
    else await (await this.#handle()).start();
    // Docker's own end of the port takes connections before mosquitto does.
    await until(
      'mosquitto in its container',
      () =>
        LoadClient.connect(this.port, 'probe').then(
          (client) => client.close().then(() => true),
          () => false,
        ),
      START_MS,
    );
  }

  async stop(): Promise<void> {
    await (await this.#handle()).stop();
  }

  async freeze(): Promise<void> {
    await (await this.#handle()).pause();
  }

  async thaw(): Promise<void> {
    await (await this.#handle()).unpause();
  }

  async remove(): Promise<void> {
    if (this.#container !== undefined) await (await this.#handle()).remove({ force: true, v: true });
  }

  async #create(): Promise<void> {
    const { listeners, files } = this.#settings;
    const everywhere = listeners.flatMap(({ port, lines }) => [`listener ${port}`, ...lines]);
    const place = { port: this.port, address: '0.0.0.0', folder: DATA };
    const content = mosquittoConfig(place, [...everywhere, 'log_type information']);
    const { GenericContainer, Wait } = await testcontainers();
    this.#container = await new GenericContainer(IMAGE)
      .withExposedPorts(
        ...[this.port, ...listeners.map(({ port }) => port)].map((port) => ({ container: port, host: port })),
      )
      .withCopyContentToContainer([
        { content, target: CONFIG },
        { content: '', target: `${DATA}/.keep` },
      ])
      .withCopyFilesToContainer(files.map((file) => ({ source: file, target: file })))
      .withWaitStrategy(Wait.forLogMessage(/mosquitto version .* running/))
      .withStartupTimeout(START_MS)
      .start();
  }

  async #handle() {
    if (this.#container === undefined) throw new Error('the container was not started');
    return (await dockerEngine()).container.getById(this.#container.getId());
  }
}
