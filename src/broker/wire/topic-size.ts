import type { LimitOptions } from '../options.ts';

/** Why a topic or a filter is more than the broker takes, or undefined. Each level costs a node in every tree. */
export function topicSizeFault(topic: string, { topic_size, topic_levels }: LimitOptions): string | undefined {
  if (topic.length * 3 > topic_size && Buffer.byteLength(topic) > topic_size) {
    return `it is longer than ${topic_size} bytes`;
  }
  let levels = 1;
  for (let at = topic.indexOf('/'); at >= 0; at = topic.indexOf('/', at + 1)) levels++;
  return levels > topic_levels ? `it has more than ${topic_levels} levels` : undefined;
}
