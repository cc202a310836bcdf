import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseMember } from '../../../src/broker/session/share-choice.ts';

const member = fc.record({ ready: fc.boolean(), under_way: fc.nat(5) });
const members = fc.array(member, { minLength: 1, maxLength: 8 });
const how = fc.constantFrom('round_robin' as const, 'least_in_flight' as const);

test('a message goes to a member, and to one that is not ready only when none is', () => {
  fc.assert(
    fc.property(how, members, fc.nat(), (by, group, turn) => {
      const chosen = chooseMember(by, group, turn);
      expect(group).toContain(chosen);
      expect(chosen?.ready).toBe(group.some(({ ready }) => ready));
    }),
  );
  expect(chooseMember('round_robin', [], 3)).toBeUndefined();
  expect(chooseMember('least_in_flight', [], 3)).toBeUndefined();
});

test('in turn, every member that is ready gets as many as any other', () => {
  fc.assert(
    fc.property(members, fc.nat(), fc.integer({ min: 1, max: 5 }), (group, first, rounds) => {
      const able = group.some(({ ready }) => ready) ? group.filter(({ ready }) => ready) : group;
      const counts = new Map(able.map((one) => [one, 0]));
      for (let i = 0; i < able.length * rounds; i++) {
        const chosen = chooseMember('round_robin', group, first + i);
        if (chosen !== undefined) counts.set(chosen, (counts.get(chosen) ?? 0) + 1);
      }
      expect([...counts.values()]).toEqual(able.map(() => rounds));
    }),
  );
});

test('the least in flight is never more than that of another that could have it; those that are equal take turns', () => {
  fc.assert(
    fc.property(members, fc.nat(), (group, turn) => {
      const chosen = chooseMember('least_in_flight', group, turn);
      const rivals = group.filter(({ ready }) => ready === chosen?.ready);
      expect(chosen?.under_way).toBe(Math.min(...rivals.map(({ under_way }) => under_way)));
      const equal = rivals.filter(({ under_way }) => under_way === chosen?.under_way);
      const taken = new Set(equal.map((_, i) => chooseMember('least_in_flight', group, turn + i)));
      expect(taken.size).toBe(equal.length);
    }),
  );
});
