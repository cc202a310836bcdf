/** A refresh token is in its payload. */
const REFRESH = '/call/auth.refresh';

/** A topic whose messages no client may read, no store may keep and no upstream may get. */
export const isConfidential = (topic: string): boolean => topic.endsWith(REFRESH);
