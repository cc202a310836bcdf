/** A refresh token is in its payload. */
const REFRESH = '/call/auth.refresh';
/** Where the answer goes, with the user's name behind it. */
const ANSWER = 'pinbus-auth/';

/** A topic whose messages no store may keep, no upstream may get, and nobody may read but the user it is for. */
export const isConfidential = (topic: string): boolean => topic.startsWith(ANSWER) || topic.endsWith(REFRESH);

/** Whose topic it is, where answers go; undefined for any other. */
export const confidentialUserOf = (topic: string): string | undefined =>
  topic.startsWith(ANSWER) ? topic.slice(ANSWER.length) : undefined;

/** The one confidential topic that a user's clients may read, and none may write: the node answers there. */
export const confidentialTopicOf = (user: string): string => `${ANSWER}${user}`;
