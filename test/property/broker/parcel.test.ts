import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Parcel, unpackParcel } from '../../../src/broker/store/parcel.ts';
import type { Call } from '../../../src/broker/store/protocol.ts';

const argument: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, 'telemetry', 1, ''),
  fc.double(),
  fc.string({ unit: 'grapheme' }),
  fc.uint8Array({ maxLength: 20_000 }),
  fc.array(fc.nat()),
  fc.record({ max_bytes: fc.nat(), rows: fc.array(fc.tuple(fc.string(), fc.option(fc.nat()))) }),
);
const call: fc.Arbitrary<{ readonly call: Call; readonly asked: boolean }> = fc.record({
  call: fc.tuple(fc.constantFrom('outbox', 'retained'), fc.constantFrom('put', 'append'), fc.array(argument)),
  asked: fc.boolean(),
});

test('calls come out of parcels as they went in, in their order, however they are divided', () => {
  fc.assert(
    fc.property(fc.array(fc.array(call)), (parcels) => {
      const parcel = new Parcel();
      for (const calls of parcels) {
        for (const { call: one, asked } of calls) parcel.add(one, asked);
        expect(parcel.calls).toBe(calls.length);
        const found: unknown[] = [];
        unpackParcel(parcel.take(), (table, method, args, asked) => {
          found.push({
            call: [table, method, args.map((arg) => (Buffer.isBuffer(arg) ? new Uint8Array(arg) : arg))],
            asked,
          });
        });
        expect(found).toEqual(calls);
      }
    }),
  );
});

test('a payload that changes after it was given to a parcel is in it as it was', () => {
  const parcel = new Parcel();
  const payload = Buffer.from('on');
  parcel.add(['retained', 'put', ['lamp', payload]], false);
  payload.fill(0);
  let found: unknown;
  unpackParcel(parcel.take(), (_table, _method, args) => (found = String(args[1])));
  expect(found).toBe('on');
});
