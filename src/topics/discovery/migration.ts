import { encodeJson } from '../payload/json.ts';

/**
 * The way from topics of single components to the device's document: this, retained, on each old topic; then the document;
 * then an empty retained payload on each old topic. Home Assistant takes an entity over where the old node id is the
 * document's object id and the old object id its component's key.
 */
export const MIGRATE_DISCOVERY: Buffer = encodeJson({ migrate_discovery: true });

/** The discovery topic of one component, from its path `<component>/[<node_id>/]<object_id>`. */
export const singleComponentTopic = (prefix: string, path: string): string => `${prefix}/${path}/config`;
