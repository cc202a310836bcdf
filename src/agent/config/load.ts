import type { Config } from './config.ts';

export interface LoadRequest {
  /** The file asked for by `-c`. Without it: ./pinbus.yaml, /etc/pinbus/pinbus.yaml, the built-in demo. */
  readonly file?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Absolute path of the file that was read. */
  readonly file: string;
  /** `demo`: no config was found, and the built-in one on simulated hardware was taken. */
  readonly source: 'file' | 'demo';
}

/** Reads, checks and completes the config. Throws a ConfigError that has everything that is wrong with it. */
export async function loadConfig(_request: LoadRequest): Promise<LoadedConfig> {
  throw new Error('soon');
}
