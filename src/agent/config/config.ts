import type { BridgeOptions, BrokerOptions, OutboxOptions, RecorderBounds } from '#broker';
import type { DriverName } from '#hw';
import type { Milliseconds } from '#topics';
import type { EntityConfig } from '../platforms/platform.ts';

/** The config after it was read, checked and completed with defaults. Keys are the YAML's. */
export interface Config {
  readonly node: NodeConfig;
  readonly broker: BrokerOptions;
  readonly hardware: { readonly gpio: GpioConfig };
  /** Each one parsed by its platform's schema. */
  readonly entities: readonly EntityConfig[];
  readonly outbox: OutboxOptions;
  readonly bridges: readonly BridgeOptions[];
  readonly history: RecorderBounds;
  readonly health: HealthConfig;
  readonly home_assistant: HomeAssistantConfig;
  readonly log: { readonly level: LogLevel };
}

interface HealthConfig {
  /** Undefined: no file for Prometheus. */
  readonly textfile?: string;
}

interface NodeConfig {
  readonly id: string;
  readonly name: string;
  readonly area?: string;
}

interface GpioConfig {
  readonly driver: 'auto' | DriverName;
  /** The board that the sim driver imitates. */
  readonly board: 'pi4' | 'pi5';
}

export interface HomeAssistantConfig {
  readonly discovery: boolean;
  /** Home Assistant's discovery prefix. */
  readonly prefix: string;
  /** What happens when somebody deletes the device in Home Assistant's UI. */
  readonly on_delete: 'restore' | 'stay_away';
  /** After a birth of Home Assistant the node waits a random time up to this before it answers. */
  readonly birth_jitter: Milliseconds;
  /** Single-component topics of an earlier setup, `<component>/[<node_id>/]<object_id>`, to migrate from. */
  readonly migrate_from: readonly string[];
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
