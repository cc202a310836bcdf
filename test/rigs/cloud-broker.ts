import { Mosquitto } from './mosquitto.ts';
import { buildImage, dockerEngine, MosquittoContainer } from './mosquitto-container.ts';

/** A mosquitto as mosquitto/cloud.conf has it, wherever it runs; it keeps its ports and its state over restarts. */
export interface CloudBroker {
  /** Where everybody may come in. */
  readonly port: number;
  /** Settles when it takes connections. */
  start(): Promise<void>;
  /** In peace: it saves its state. */
  stop(): Promise<void>;
  /** Connections stay, nothing answers. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Ends it, frozen or not, and removes what it kept. */
  remove(): Promise<void>;
}

export interface CloudSettings {
  /** Beside the one for everybody: ports, and what is different there. */
  readonly listeners: readonly { readonly port: number; readonly lines: readonly string[] }[];
  /** That those lines name. */
  readonly files: readonly string[];
}

export interface Cloud {
  /** What was chosen, and why. */
  readonly name: string;
  /** It does not run yet. */
  make(settings: CloudSettings): Promise<CloudBroker>;
}

/** In a container where a Docker engine answers; as a process where none does. */
export async function chooseCloud(): Promise<Cloud> {
  try {
    const { info } = await dockerEngine();
    await buildImage();
    const { operatingSystem, serverVersion } = info.containerRuntime;
    return {
      name: `mosquitto in a container of Docker ${serverVersion} on ${operatingSystem}`,
      make: (settings) => MosquittoContainer.make(settings),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { name: `mosquitto as a process, without a container: ${reason}`, make: makeProcess };
  }
}

async function makeProcess({ listeners }: CloudSettings): Promise<CloudBroker> {
  const lines = listeners.flatMap(({ port, lines }) => [`listener ${port} 127.0.0.1`, ...lines]);
  const mosquitto = await Mosquitto.make(lines);
  return {
    port: mosquitto.port,
    start: () => mosquitto.start(),
    stop: () => mosquitto.stop(),
    freeze: async () => mosquitto.freeze(),
    thaw: async () => mosquitto.thaw(),
    remove: () => mosquitto.remove(),
  };
}
