import { isScalar, type ScalarTag } from 'yaml';

/**
 * The tags by which a value comes from elsewhere. The parser leaves the name as it is written; what it stands for is
 * looked up afterwards, in values.ts, because that reads files.
 */
export const ENV_TAG = '!env';
export const FILE_TAG = '!file';

export const LOCAL_TAGS: ScalarTag[] = [ENV_TAG, FILE_TAG].map((tag) => ({ tag, resolve: (text: string) => text }));

/** Whether the value at a node comes from elsewhere, and so is never shown. */
export const isTagged = (node: unknown): boolean => isScalar(node) && (node.tag === ENV_TAG || node.tag === FILE_TAG);
