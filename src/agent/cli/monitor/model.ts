import { type Message, parseTopic, type TreeTopic } from '#topics';
import { listIn, objectIn, parseDevice, textIn } from './documents.ts';
import { EntityModel } from './entity.ts';
import { Rate } from './rate.ts';

/** Bounds on what a broker can make the monitor remember. */
const MAX_NODES = 64;
const MAX_ENTITIES = 512;

/** Filters for all that the model learns from. */
export const MONITOR_FILTERS = ['pinbus/v1/#', 'homeassistant/device/+/config'] as const;
const DISCOVERY_TOPIC = /^[^/]+\/device\/pinbus_([a-z0-9_-]{1,64})\/config$/;

interface RejectionView {
  readonly at_ms: number;
  readonly topic: string;
  readonly code: string;
  readonly message: string;
}

export interface NodeModel {
  readonly id: string;
  readonly entities: Map<string, EntityModel>;
  online: boolean | undefined;
  name: string | undefined;
  version: string | undefined;
  board: string | undefined;
  driver: string | undefined;
  /** The `health` document as it came. */
  health: Readonly<Record<string, unknown>> | undefined;
  rejected: RejectionView | undefined;
}

/** What is known of every node on a broker, from its topics alone. */
export class Model {
  readonly nodes = new Map<string, NodeModel>();
  /** Messages of all topics. */
  readonly rate = new Rate();

  accept(message: Message, now_ms: number): void {
    this.rate.count(now_ms);
    const [, node] = DISCOVERY_TOPIC.exec(message.topic) ?? [];
    if (node !== undefined) this.#describe(node, message.payload);
    const topic = parseTopic(message.topic);
    if (topic !== undefined) this.#learn(topic, message, now_ms);
  }

  #learn(topic: TreeTopic, { payload }: Message, now_ms: number): void {
    const node = this.#node(topic.node);
    if (node === undefined) return;
    switch (topic.kind) {
      case 'status':
        node.online = payload.toString() === 'online';
        break;
      case 'info':
        learnInfo(node, payload);
        break;
      case 'health':
        node.health = objectIn(payload);
        break;
      case 'rejected': {
        const document = objectIn(payload);
        node.rejected = {
          at_ms: now_ms,
          topic: textIn(document, 'topic') ?? '',
          code: textIn(document, 'code') ?? '',
          message: textIn(document, 'message') ?? '',
        };
        break;
      }
      case 'entity':
        learnEntity(node, topic, payload, now_ms);
        break;
      default:
    }
  }

  #describe(id: string, payload: Buffer): void {
    const device = parseDevice(payload);
    const node = this.#node(id);
    if (device === undefined || node === undefined) return;
    node.name ??= device.name;
    for (const component of device.components) {
      const topic = parseTopic(component.stateTopic ?? component.commandTopic ?? '');
      // A second value of an entity, such as the rate of a counter, is among its attributes.
      if (topic?.kind !== 'entity' || topic.node !== id || topic.part === 'attributes') continue;
      const entity = entityOf(node, topic.entity);
      if (entity !== undefined) entity.component = component;
    }
  }

  #node(id: string): NodeModel | undefined {
    const known = this.nodes.get(id);
    if (known !== undefined || this.nodes.size >= MAX_NODES) return known;
    const node: NodeModel = {
      id,
      entities: new Map(),
      online: undefined,
      name: undefined,
      version: undefined,
      board: undefined,
      driver: undefined,
      health: undefined,
      rejected: undefined,
    };
    this.nodes.set(id, node);
    return node;
  }
}

/** Entities that the node no longer lists are gone; new ones come in the order of the list, which is the config's. */
function learnInfo(node: NodeModel, payload: Buffer): void {
  const info = objectIn(payload);
  if (info === undefined) return;
  node.name = textIn(info, 'name');
  node.version = textIn(info, 'version');
  node.board = textIn(info, 'board');
  node.driver = textIn(info, 'driver');
  const ids = listIn(info, 'entities').flatMap((entity) => textIn(entity, 'id') ?? []);
  const known = new Map(node.entities);
  node.entities.clear();
  for (const id of ids.slice(0, MAX_ENTITIES)) node.entities.set(id, known.get(id) ?? new EntityModel(id));
}

function learnEntity(
  node: NodeModel,
  topic: Extract<TreeTopic, { kind: 'entity' }>,
  payload: Buffer,
  now_ms: number,
): void {
  // A command makes no entity, and a retained topic that was emptied belongs to one that left.
  if (topic.part === 'attributes' || topic.part === 'set' || payload.length === 0) return;
  const entity = entityOf(node, topic.entity);
  if (entity === undefined) return;
  entity.rate.count(now_ms);
  if (topic.part === 'state') entity.takeState(payload, now_ms);
  if (topic.part === 'event') entity.takeEvent(payload, now_ms);
  if (topic.part === 'availability') entity.available = payload.toString() !== 'offline';
}

function entityOf(node: NodeModel, id: string): EntityModel | undefined {
  const known = node.entities.get(id);
  if (known !== undefined || node.entities.size >= MAX_ENTITIES) return known;
  const entity = new EntityModel(id);
  node.entities.set(id, entity);
  return entity;
}
