import { expect, test } from 'vitest';
import { linksOf } from '../../../../src/agent/entity/links.ts';

const links = linksOf({
  broker: { isConnected: ({ id, user }) => id === 'here' || user === 'homeassistant' },
  bridges: {
    status: () => [
      { name: 'cloud', state: 'connected' },
      { name: 'full', state: 'paused' },
      { name: 'away', state: 'waiting' },
    ],
  },
});

test.each([
  [{ kind: 'client', id: 'here' }, true],
  [{ kind: 'client', id: 'gone' }, false],
  [{ kind: 'client', id: 'gone', user: 'homeassistant' }, true],
  [{ kind: 'bridge', id: 'cloud' }, true],
  [{ kind: 'bridge', id: 'full' }, true],
  [{ kind: 'bridge', id: 'away' }, false],
  [{ kind: 'bridge', id: 'removed' }, false],
  [{ kind: 'agent', id: 'agent' }, true],
  [{ kind: 'will', id: 'here' }, false],
] as const)('the link of %o is up: %s', (origin, up) => {
  expect(links.isUp(origin)).toBe(up);
});
