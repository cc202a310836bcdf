import { encodeJson } from './payload/json.ts';

/** What a node says on its `info` topic, retained: what does not change while it runs, but for its entities. */
export interface NodeInfo {
  /** As people call it. */
  readonly name: string;
  /** Of pinbus. */
  readonly version: string;
  /** As the machine names itself, such as `Raspberry Pi 5 Model B Rev 1.0`; missing where it does not. */
  readonly board?: string;
  /** New at each start of the machine: the kernel's. */
  readonly boot_id: string;
  /** ISO 8601 in UTC, by the machine's clock. */
  readonly started_at: string;
  readonly driver: string;
  readonly entities: readonly EntityInfo[];
  /** Stands for the device that a user deleted in Home Assistant and that stays away until the config changes. */
  readonly deleted_device?: string;
}

export interface EntityInfo {
  readonly id: string;
  readonly platform: string;
  readonly name?: string;
}

export const encodeInfo = (info: NodeInfo): Buffer => encodeJson(info);
