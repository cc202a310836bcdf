import type { SimControl } from '#hw';
import { clientsKick } from './clients-kick.ts';
import { clientsList } from './clients-list.ts';
import { authRefresh } from './auth-refresh.ts';
import { authRevoke } from './auth-revoke.ts';
import { configCheck } from './config-check.ts';
import { configReload } from './config-reload.ts';
import { entities } from './entities.ts';
import { health } from './health.ts';
import { history } from './history.ts';
import { info } from './info.ts';
import { logLevel } from './log-level.ts';
import type { Method } from './method.ts';
import { outboxMethods } from './outbox.ts';
import { simMethods } from './sim.ts';

/** Every method. `sim` only on simulated pins. */
export function methodsOf(sim: SimControl | undefined): readonly Method[] {
  return [
    info,
    health,
    entities,
    history,
    clientsList,
    clientsKick,
    configCheck,
    configReload,
    logLevel,
    authRefresh,
    authRevoke,
    ...outboxMethods,
    ...(sim ? simMethods(sim) : []),
  ];
}
