import type { Draft } from '../draft.ts';
import type { Finding } from '../finding.ts';
import {
  checkBridgeIdentities,
  checkBridgeRules,
  checkBridgesToSelf,
  checkIdleBridges,
  checkRuleEntities,
} from './bridges.ts';
import { checkOpenListeners, checkPorts } from './broker.ts';
import { checkNames } from './duplicates.ts';
import { checkLines, checkReservedIds } from './entities.ts';
import { checkInterlocks } from './interlocks.ts';

/** What the parts of a config have to do with each other. */
export function checkTogether(draft: Draft): Finding[] {
  return [
    ...checkReservedIds(draft),
    ...checkNames('entities', 'id', draft.ids),
    ...checkLines(draft),
    ...checkInterlocks(draft),
    ...checkOpenListeners(draft),
    ...checkPorts(draft),
    ...checkNames(
      'broker.users',
      'name',
      draft.users.map((user) => user?.name),
    ),
    ...checkNames(
      'bridges',
      'name',
      draft.bridges.map((bridge) => bridge?.name),
    ),
    ...checkBridgeRules(draft),
    ...checkRuleEntities(draft),
    ...checkBridgesToSelf(draft),
    ...checkBridgeIdentities(draft),
    ...checkIdleBridges(draft),
  ];
}
