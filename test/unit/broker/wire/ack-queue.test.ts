import { expect, test } from 'vitest';
import { AckQueue } from '../../../../src/broker/wire/ack-queue.ts';

test('acknowledgements leave in the order they were expected, each as soon as all before it are settled', () => {
  const sent: string[] = [];
  const queue = new AckQueue((type, packetId, reason) => sent.push(`${type} ${packetId} ${reason}`));
  queue.now('puback', 1, 0);
  const two = queue.expect('puback', 2);
  const three = queue.expect('pubrec', 3);
  queue.now('puback', 4, 0);
  expect(sent).toEqual(['puback 1 0']);
  three(0x97);
  expect(queue.length).toBe(3);
  two(0);
  expect(sent).toEqual(['puback 1 0', 'puback 2 0', 'pubrec 3 151', 'puback 4 0']);
  expect(queue.length).toBe(0);
});
