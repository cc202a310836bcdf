import { deviceId } from './discovery/topics.ts';
import { TREE } from './tree.ts';

/** Tells the topics that a node says something on: those of its tree, and its document, whatever the prefix. */
export function ownTopics(node: string): (topic: string) => boolean {
  const base = `${TREE}/${node}/`;
  const document = `/device/${deviceId(node)}/config`;
  return (topic) => topic.startsWith(base) || topic.endsWith(document);
}
