import type { BridgeOptions, BrokerOptions } from '#broker';
import type { Config, HomeAssistantConfig, LogLevel } from '../config/config.ts';
import type { EntityConfig } from '../platforms/platform.ts';

/**
 * The running node as a reload sees it. Each call settles once it took effect and rejects when it could not; a call that
 * rejects has left the node as it was before.
 */
export interface ReloadTarget {
  addEntity(config: EntityConfig): Promise<void>;
  removeEntity(id: string): Promise<void>;
  applyBroker(options: BrokerOptions): Promise<void>;
  applyBridges(options: readonly BridgeOptions[]): Promise<void>;
  applyHomeAssistant(config: HomeAssistantConfig): Promise<void>;
  applyLogLevel(level: LogLevel): void;
  /** Publishes discovery and `info` again for the config that now runs. */
  announce(config: Config): Promise<void>;
}
