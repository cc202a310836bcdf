import { expect, test } from 'vitest';
import { compileAcl } from '../../../../src/broker/access/acl.ts';
import { filtersOverlap } from '../../../../src/broker/access/overlap.ts';

test('a deny outweighs what allows, wherever it stands', () => {
  const acl = compileAcl(
    [
      { filter: 'a/b', access: 'deny' },
      { filter: 'a/#', access: 'readwrite' },
    ],
    'u',
    'c',
  );
  expect(acl.mayRead('a/c')).toBe(true);
  expect(acl.mayRead('a/b')).toBe(false);
  expect(acl.mayWrite('a/b')).toBe(false);
  expect(acl.maySubscribe('a/b')).toBe(false);
  expect(acl.maySubscribe('a/+')).toBe(true);
});

test('no rules are no rights', () => {
  const acl = compileAcl([], 'u', 'c');
  expect([acl.mayRead('a'), acl.mayWrite('a'), acl.maySubscribe('#')]).toEqual([false, false, false]);
});

test('%u and %c stand for their names, also within a level', () => {
  const acl = compileAcl([{ filter: 'of/%u/dev-%c/#', access: 'write' }], 'anna', 'one');
  expect(acl.mayWrite('of/anna/dev-one/x')).toBe(true);
  expect(acl.mayWrite('of/anna/dev-two/x')).toBe(false);
  expect(acl.mayWrite('of/%u/dev-%c/x')).toBe(false);
});

test.each(['+', '#', 'a/b', '', 'x+y'])(
  'the client id %j neither widens what is allowed nor narrows what is denied',
  (clientId) => {
    const allowing = compileAcl([{ filter: 'of/%c/a', access: 'readwrite' }], 'u', clientId);
    for (const topic of ['of/x/a', 'of/a/b/a', 'of//a']) expect(allowing.mayRead(topic)).toBe(false);
    const denying = compileAcl(
      [
        { filter: '#', access: 'readwrite' },
        { filter: 'of/%c/a', access: 'deny' },
      ],
      'u',
      clientId,
    );
    expect(denying.mayWrite('of/x/a')).toBe(false);
    expect(denying.mayWrite('elsewhere')).toBe(true);
  },
);

test.each([
  ['a/#', 'a', true],
  ['a/#', '#', true],
  ['a/+', '+/b', true],
  ['a/+', 'b/+', false],
  ['a/+/c', 'a/b', false],
  ['#', '$SYS/a', false],
  ['$SYS/#', '$SYS/+', true],
  ['+/a', '#', true],
])('filters %s and %s overlap: %s', (one, other, overlap) => {
  expect(filtersOverlap(one, other)).toBe(overlap);
  expect(filtersOverlap(other, one)).toBe(overlap);
});
