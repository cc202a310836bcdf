import { expect, test } from 'vitest';
import { PacketIdentifiers } from '../../../../src/broker/upstream/identifiers.ts';

test('as many as are in use at once bound which ones are ever used', () => {
  const identifiers = new PacketIdentifiers();
  const inUse: number[] = [];
  for (let round = 0; round < 1_000; round++) {
    while (inUse.length < 5) inUse.push(identifiers.allocate() ?? 0);
    expect(new Set(inUse).size).toBe(5);
    expect(inUse.every((identifier) => identifier >= 1 && identifier <= 5)).toBe(true);
    for (const identifier of inUse.splice(round % 4, 1 + (round % 2))) identifiers.deallocate(identifier);
  }
});

test('one that is freed twice is given once', () => {
  const identifiers = new PacketIdentifiers();
  const [first] = [identifiers.allocate(), identifiers.allocate()];
  identifiers.deallocate(first ?? 0);
  identifiers.deallocate(first ?? 0);
  expect([identifiers.allocate(), identifiers.allocate()]).toEqual([1, 3]);
});

test('there are 65,535 of them', () => {
  const identifiers = new PacketIdentifiers();
  for (let identifier = 1; identifier <= 65_535; identifier++) expect(identifiers.allocate()).toBe(identifier);
  expect(identifiers.allocate()).toBeNull();
});
