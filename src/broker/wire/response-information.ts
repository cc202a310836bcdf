import { replyTopic } from '#topics';
import type { Acl } from '../access/acl.ts';

/**
 * The topic that a client's answers may come to, and all below it, for one that asks [MQTT 5.0, 3.2.2.3.14]: the usual one,
 * or one below its user's name. Undefined: its rights let it read neither, or its id fits into no topic.
 */
export function responseInformation(acl: Acl, user: string | undefined, clientId: string): string | undefined {
  if (clientId === '' || /[+#/]/.test(clientId)) return undefined;
  const usual = replyTopic(clientId);
  const own = user === undefined || /[+#/]/.test(user) ? [] : [`${user}/reply/${clientId}`];
  return [usual, ...own].find((topic) => acl.mayRead(topic) && acl.mayRead(`${topic}/x`));
}
