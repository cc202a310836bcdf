import { afterEach, beforeEach, expect, test } from 'vitest';
import { BridgedOutbox, bridge } from '../../../rigs/bridged-outbox.ts';
import { ACCEPT, acknowledge, ScriptedUpstream } from '../../../rigs/scripted-upstream.ts';
import { until } from '../../../rigs/until.ts';

const NOT_AUTHORIZED = 0x87;
const QUOTA_EXCEEDED = 0x97;

let node: BridgedOutbox;
let server: ScriptedUpstream;
let allowed = false;
/** Publishes that the upstream still refuses for now. */
let refusals = 0;
beforeEach(() => {
  allowed = false;
  refusals = 0;
  node = new BridgedOutbox();
  server = new ScriptedUpstream({
    connect: () => ACCEPT,
    publish: (packet) => acknowledge(packet, refusals-- > 0 ? QUOTA_EXCEEDED : 0),
    subscribe: ({ messageId = 0 }) => ({ cmd: 'suback', messageId, granted: [allowed ? 1 : NOT_AUTHORIZED] }),
  });
});
afterEach(async () => {
  await node.remove();
  await server.stop();
});

const status = () => {
  const [first] = node.bridges.status();
  if (first === undefined) throw new Error('no bridge');
  return first;
};
const REFUSED = { code: 'UPSTREAM_SUBSCRIPTION_REFUSED', message: expect.stringContaining('house/#') };

test('a subscription that is refused is the error of a bridge that goes on, until a link that has it', async () => {
  const rule = { filter: 'house/#', qos: 1, retain: true } as const;
  await node.start([bridge(await server.start(), { in: [rule] })]);
  await until('the refusal', () => status().last_error !== undefined);
  expect(status()).toMatchObject({ state: 'connected', last_error: REFUSED });
  expect(status().last_error?.remedy).toContain('"in" rules');
  // A lane that paused and goes on does not make it good.
  refusals = 1;
  await node.publish('pinbus/v1/porch/lamp/state', 'ON');
  await until('an empty lane', () => status().depth === 0 && status().state === 'connected');
  expect(refusals).toBeLessThan(1);
  expect(status().last_error).toMatchObject(REFUSED);
  allowed = true;
  server.drop();
  await until('the next link', () => status().state === 'connected' && status().last_error === undefined);
});
