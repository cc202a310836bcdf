import { encodeJson } from '../payload/json.ts';

/**
 * The way from topics of single components to the device's document: this, retained, on each old topic; then the document;
 * then an empty retained payload on each old topic. Home Assistant takes an entity over where the old node id is the
 * document's object id and the old object id its component's key.
 */
export const MIGRATE_DISCOVERY: Buffer = encodeJson({ migrate_discovery: true });

const PART = /^[a-zA-Z0-9_-]+$/;

/** Why a text is not `<component>/[<node_id>/]<object_id>`, or undefined when it is. */
export function singleComponentFault(path: string): string | undefined {
  const parts = path.split('/');
  if (parts.length < 2 || parts.length > 3)
    return 'it is not <component>/<object_id> or <component>/<node_id>/<object_id>';
  return parts.every((part) => PART.test(part)) ? undefined : 'its parts are made of a-z, A-Z, 0-9, "_" and "-"';
}

/** The discovery topic of one component, from a path that `singleComponentFault` passed. */
export const singleComponentTopic = (prefix: string, path: string): string => `${prefix}/${path}/config`;
