import { expect, test } from 'vitest';
import { Counters } from '../../../../src/broker/core/counters.ts';
import { nextPacketId } from '../../../../src/broker/session/packet-id.ts';
import { Session } from '../../../../src/broker/session/session.ts';
import { keptLog } from '../../../rigs/database.ts';
import { LIMITS_AS_CONFIGURED } from '../../../rigs/embedded-broker.ts';

const parts = {
  counters: new Counters(),
  log: keptLog().log,
  archive: undefined,
  limits: () => LIMITS_AS_CONFIGURED,
  onQueued: () => {},
};

test('identifiers are 1 to 65,535 and round again, past those that the client may know [MQTT-2.2.1-4]', () => {
  const { state } = new Session('a', parts);
  state.lastPacketId = 65_533;
  state.reserved.add(65_535).add(2);
  expect([1, 2, 3].map(() => nextPacketId(state))).toEqual([65_534, 1, 3]);
});
