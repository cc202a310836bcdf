import {
  discoveryTopics,
  encodeRejection,
  entityIdFault,
  entityTopics,
  nameFromId,
  nodeTopics,
  parseTopic,
  RESERVED_ENTITY_IDS,
} from '#topics';
import { describe, expect, it } from 'vitest';

describe('the tree', () => {
  it('is as documented', () => {
    const { call, client, sim, ...node } = nodeTopics('porch');
    expect(node).toEqual({
      status: 'pinbus/v1/porch/status',
      info: 'pinbus/v1/porch/info',
      health: 'pinbus/v1/porch/health',
      rejected: 'pinbus/v1/porch/rejected',
      doctor: 'pinbus/v1/porch/doctor',
      filters: {
        set: 'pinbus/v1/porch/+/set',
        call: 'pinbus/v1/porch/call/+',
        sim: 'pinbus/v1/porch/sim/+/set',
        clients: 'pinbus/v1/porch/clients/+',
        told: ['state', 'attributes', 'availability', 'event'].map((part) => `pinbus/v1/porch/+/${part}`),
        all: 'pinbus/v1/porch/#',
      },
    });
    expect([call('log.level'), client('a/b+#%'), sim(23), sim('GPIO23')]).toEqual([
      'pinbus/v1/porch/call/log.level',
      'pinbus/v1/porch/clients/a%2Fb%2B%23%25',
      'pinbus/v1/porch/sim/23/set',
      'pinbus/v1/porch/sim/GPIO23/set',
    ]);
    expect(entityTopics('porch', 'lamp').set).toBe('pinbus/v1/porch/lamp/set');
    expect(discoveryTopics('homeassistant', 'porch')).toEqual({
      config: 'homeassistant/device/pinbus_porch/config',
      birth: 'homeassistant/status',
    });
  });

  it.each([
    'pinbus/v1',
    'pinbus/v2/porch/status',
    'pinbus/v1/Porch/status',
    'pinbus/v1/porch/lamp',
    'pinbus/v1/porch/lamp/states',
    'pinbus/v1/porch/lamp/state/x',
    'pinbus/v1/porch/status/x',
    'pinbus/v1/porch/call/a/b',
    'pinbus/v1/porch/call/Info',
    'pinbus/v1/porch/clients/%2f',
    'pinbus/v1/porch/clients/%E0%A4%A',
    'pinbus/v1/porch/sim/23/get',
    'pinbus/v1/porch/sim/2 3/set',
    'pinbus/v1/porch/health/set',
    '/pinbus/v1/porch/status',
    `pinbus/v1/${'x/'.repeat(30_000)}`,
  ])('does not have %.40s', (topic) => expect(parseTopic(topic)).toBeUndefined());

  it('takes no method and no line that is more than a level', () => {
    for (const text of ['', 'a/b', '+', '#', 'a..b', 'A']) {
      expect(() => nodeTopics('porch').call(text)).toThrow(expect.objectContaining({ code: 'TOPICS_NAME_INVALID' }));
    }
    expect(() => nodeTopics('porch').sim('a/b')).toThrow(expect.objectContaining({ code: 'TOPICS_NAME_INVALID' }));
  });
});

it('an entity cannot have the name of a topic of the node', () => {
  for (const id of RESERVED_ENTITY_IDS) expect(entityIdFault(id)).toContain('reserved');
  expect(entityIdFault('a'.repeat(65))).toContain('64');
});

it('a name is made from an id', () => {
  expect(['hall_motion', 'porch-lamp', '_', 'x2'].map(nameFromId)).toEqual(['Hall motion', 'Porch lamp', '_', 'X2']);
});

it('a rejection says what, why and who', () => {
  const rejection = { topic: 'a', code: 'TOPICS_PAYLOAD_NOT_ALLOWED', message: 'found "x"', client: 'me' };
  expect(JSON.parse(encodeRejection(rejection).toString())).toEqual(rejection);
});
