import { copyFileSync, existsSync } from 'node:fs';
import { type BrokerOptions, Retained, SessionArchive } from '#broker';
import { ownTopics } from '#topics';
import type { Store } from '../../src/broker/store/store.ts';
import { DatabaseFolder } from './database.ts';
import { type EmbeddedBroker, startBroker } from './embedded-broker.ts';
import type { RawClient, RawClientOptions } from './raw-client.ts';

interface Running {
  readonly house: EmbeddedBroker;
  readonly store: Store;
  readonly retained: Retained;
}

/** A broker on a database of its own, which can be stopped, or cut off, and started again on what it left. */
export class DurableHouse {
  readonly #folders: DatabaseFolder[] = [];
  readonly #options: Partial<BrokerOptions>;
  #running: Running | undefined;

  private constructor(options: Partial<BrokerOptions>) {
    this.#options = options;
  }

  static async start(options: Partial<BrokerOptions> = {}): Promise<DurableHouse> {
    const house = new DurableHouse(options);
    await house.start(new DatabaseFolder());
    return house;
  }

  async start(folder = this.folder, options = this.#options): Promise<void> {
    if (this.#folders.at(-1) !== folder) this.#folders.push(folder);
    const store = await folder.open();
    const retained = new Retained({ store, isOwn: ownTopics('porch'), log: folder.kept.log });
    await retained.start(new AbortController().signal);
    this.#running = {
      store,
      retained,
      house: await startBroker({ options, retained, sessions: new SessionArchive(store) }),
    };
  }

  get folder(): DatabaseFolder {
    const folder = this.#folders.at(-1);
    if (folder === undefined) throw new Error('it was never started');
    return folder;
  }

  get store(): Store {
    return this.#now.store;
  }

  get broker(): EmbeddedBroker['broker'] {
    return this.#now.house.broker;
  }

  client(options?: RawClientOptions): RawClient {
    return this.#now.house.client(options);
  }

  async stop(): Promise<void> {
    const { house, store, retained } = this.#now;
    await house.stop();
    await retained.stop();
    await store.stop();
    this.#running = undefined;
  }

  async restart(options?: Partial<BrokerOptions>): Promise<void> {
    await this.stop();
    await this.start(this.folder, options);
  }

  /** What a power cut leaves at this moment, in a database of its own; this one goes on being the one that runs. */
  image(): DatabaseFolder {
    const image = new DatabaseFolder();
    for (const suffix of ['', '-wal']) {
      if (existsSync(this.folder.path + suffix)) copyFileSync(this.folder.path + suffix, image.path + suffix);
    }
    return image;
  }

  /** As after a power cut at this moment. */
  async crash(): Promise<void> {
    const image = this.image();
    await this.stop();
    await this.start(image);
  }

  async remove(): Promise<void> {
    if (this.#running !== undefined) await this.stop();
    for (const folder of this.#folders) await folder.remove();
  }

  get #now(): Running {
    if (this.#running === undefined) throw new Error('it does not run');
    return this.#running;
  }
}
