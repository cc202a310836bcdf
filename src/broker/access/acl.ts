import { confidentialTopicOf, isConfidential, matches, parseSubscription } from '#topics';
import type { AclRule, FilterRule } from '../options.ts';
import { filtersOverlap } from './overlap.ts';
import { TEMPLATES } from './templates.ts';

/** What somebody may do. */
export interface Acl {
  mayRead(topic: string): boolean;
  mayWrite(topic: string): boolean;
  /** Whether any topic of the filter may be read; the rest is held back when it is delivered. */
  maySubscribe(filter: string): boolean;
}

/** Where a mosquitto bridge tells of itself; nothing else may be written below $SYS. */
const BRIDGE_STATE = '$SYS/broker/connection/+/state';
/** Nor where tokens go, nor where nobody could listen, for a filter of that name is a shared subscription. */
const CLOSED = [confidentialTopicOf(''), '$share/'];
const mayWriteSystem = (topic: string): boolean =>
  topic.startsWith('$SYS/') ? matches(BRIDGE_STATE, topic) : !CLOSED.some((prefix) => topic.startsWith(prefix));

/** With no users in the config. */
export const EVERYTHING: Acl = {
  mayRead: (topic) => !isConfidential(topic),
  mayWrite: mayWriteSystem,
  maySubscribe: () => true,
};

/** Before it is known who somebody is. */
export const NOTHING: Acl = { mayRead: () => false, mayWrite: () => false, maySubscribe: () => false };

/** A user's rules for one of its clients: what no rule allows is denied, and a `deny` outweighs whatever allows. */
export function compileAcl(rules: readonly AclRule[], user: string, clientId: string): Acl {
  const plain = rules.flatMap((rule) => ('template' in rule ? TEMPLATES[rule.template] : rule));
  const filtersOf = (wanted: readonly FilterRule['access'][], unfit: string | undefined): string[] =>
    plain
      .filter(({ access }) => wanted.includes(access))
      .map(({ filter }) => substitute(filter, user, clientId, unfit))
      .filter((filter) => filter !== undefined);
  const read = filtersOf(['read', 'readwrite'], undefined);
  const write = filtersOf(['write', 'readwrite'], undefined);
  const denied = filtersOf(['deny'], '+');
  const own = confidentialTopicOf(user);
  const isDenied = (topic: string): boolean => denied.some((filter) => matches(filter, topic));
  return {
    mayRead: (topic) =>
      read.some((filter) => matches(filter, topic)) && !isDenied(topic) && (!isConfidential(topic) || topic === own),
    mayWrite: (topic) => write.some((filter) => matches(filter, topic)) && !isDenied(topic) && mayWriteSystem(topic),
    maySubscribe: (asked) => {
      const { filter } = parseSubscription(asked);
      return read.some((allowed) => filtersOverlap(allowed, filter)) && !denied.includes(filter);
    },
  };
}

/**
 * A rule's filter for one client. A name with "+", "#" or "/" in it would say more than itself: a rule that allows is dropped
 * then (`unfit` undefined), one that denies takes the whole level.
 */
function substitute(filter: string, user: string, clientId: string, unfit: string | undefined): string | undefined {
  let dropped = false;
  const fit = (name: string): string => {
    if (name !== '' && !/[+#/]/.test(name)) return name;
    dropped ||= unfit === undefined;
    return '';
  };
  const levels = filter.split('/').map((level) => {
    if (!level.includes('%u') && !level.includes('%c')) return level;
    const names = level.replaceAll(/%[uc]/g, (mark) => fit(mark === '%u' ? user : clientId) || '+');
    return names.includes('+') ? '+' : names;
  });
  return dropped ? undefined : levels.join('/');
}
