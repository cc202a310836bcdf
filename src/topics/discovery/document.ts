import { entityTopics, nodeTopics } from '../tree.ts';
import type { DiscoveryComponent } from './component.ts';
import { defaultEntityId, nameFromId, withoutDeviceName } from './names.ts';
import { deviceId, uniqueId } from './topics.ts';

/** What is announced: the device that the node is, and what it has. */
export interface Announcement {
  readonly node: string;
  /** The version of pinbus. */
  readonly sw_version: string;
  readonly support_url?: string;
  readonly device: DeviceDescription;
  readonly components: readonly AnnouncedComponent[];
}

export interface DeviceDescription {
  readonly name: string;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly serial_number?: string;
  readonly hw_version?: string;
  readonly suggested_area?: string;
}

/** A component of an entity, with the entity's id as key, and the name of a part that is not all of it; or one of the node itself, such as a value of its health. */
export type AnnouncedComponent =
  | { readonly entity: string; readonly part?: string; readonly component: DiscoveryComponent }
  | { readonly node_value: string; readonly component: DiscoveryComponent };

/** Home Assistant's device-based discovery payload. */
export interface DiscoveryDocument {
  readonly device: DeviceDescription & { readonly identifiers: readonly string[]; readonly sw_version: string };
  readonly origin: { readonly name: 'pinbus'; readonly sw_version: string; readonly support_url?: string };
  /** For every subscription and publish of Home Assistant's about this device. */
  readonly qos: 1;
  readonly availability_mode: 'all';
  readonly components: Readonly<Record<string, DocumentComponent>>;
}

/** A component in full, or only its platform, which tells Home Assistant to remove it. */
export type DocumentComponent =
  | (DiscoveryComponent & {
      readonly unique_id?: string;
      readonly default_entity_id?: string;
      readonly availability?: readonly { readonly topic: string }[];
    })
  | { readonly platform: string };

/** The one document that announces a node. Throws TOPICS_ID_INVALID. */
export function discoveryDocument(announcement: Announcement): DiscoveryDocument {
  const { node, sw_version, support_url, device, components } = announcement;
  return {
    device: { identifiers: [deviceId(node)], ...device, sw_version },
    origin: { name: 'pinbus', sw_version, ...(support_url !== undefined && { support_url }) },
    qos: 1,
    availability_mode: 'all',
    components: Object.fromEntries(components.map((each) => [keyOf(each), inFull(node, device, each)])),
  };
}

/** A dot cannot be in an entity's id, so that no entity can have the key of one of the node's own values. */
function keyOf(announced: AnnouncedComponent): string {
  if ('node_value' in announced) return `node.${announced.node_value}`;
  return announced.part === undefined ? announced.entity : `${announced.entity}.${announced.part}`;
}

const partId = ({ entity, part }: { readonly entity: string; readonly part?: string }): string =>
  part === undefined ? entity : `${entity}_${part}`;

function inFull(node: string, device: DeviceDescription, announced: AnnouncedComponent): DocumentComponent {
  const { component } = announced;
  const availability = [{ topic: nodeTopics(node).status }];
  if ('entity' in announced) availability.push({ topic: entityTopics(node, announced.entity).availability });
  // A trigger is no entity: it has neither id nor name nor availability.
  if (component.platform === 'device_automation') return component;
  const id = 'entity' in announced ? partId(announced) : announced.node_value;
  return {
    ...component,
    name: component.name === null ? null : withoutDeviceName(component.name ?? nameFromId(id), device.name),
    unique_id: uniqueId(node, keyOf(announced)),
    default_entity_id: defaultEntityId(component.platform, node, id),
    availability,
  };
}
