import {
  formatEvent,
  formatLight,
  formatNumber,
  formatOnOff,
  parseCall,
  parseEvent,
  parseLight,
  parseNumber,
  parseOnOff,
  parsePress,
  parseReply,
  replyMessage,
} from '#topics';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';

it('a state that is sent back as a command is the same state', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.integer({ min: 1, max: 255 }), (on, brightness) => {
      expect(parseOnOff(Buffer.from(formatOnOff(on)))).toEqual({ ok: true, value: on ? 'ON' : 'OFF' });
      const { color_mode: _, ...state } = JSON.parse(formatLight({ state: 'ON', brightness }));
      expect(parseLight(Buffer.from(JSON.stringify(state)))).toEqual({ ok: true, value: { state: 'ON', brightness } });
    }),
  );
});

it('a number that is formatted is parsed to itself', () => {
  const range = { min: -1e308, max: 1e308 };
  fc.assert(
    fc.property(fc.double({ ...range, noNaN: true }), (value) => {
      const parsed = parseNumber(Buffer.from(formatNumber(value)), range);
      expect(parsed).toEqual({ ok: true, value: value === 0 ? 0 : value });
    }),
  );
});

it('an event that is formatted is parsed to itself', () => {
  const event = fc.record({ event_type: fc.string({ minLength: 1 }), duration_ms: fc.nat() });
  fc.assert(
    fc.property(event, (event) => {
      expect(parseEvent(formatEvent(event))).toEqual({ ok: true, value: event });
    }),
  );
});

it('a reply that is sent is read as what was said', () => {
  const id = fc.oneof(fc.string(), fc.integer());
  const error = fc.record({ code: fc.string(), message: fc.string(), remedy: fc.string() });
  const outcome = fc.oneof(
    fc.record({
      ok: fc.constant(true as const),
      result: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value))),
    }),
    fc.record({ ok: fc.constant(false as const), error }),
  );
  fc.assert(
    fc.property(id, outcome, (id, outcome) => {
      const { payload } = replyMessage({ topic: 'reply', id }, outcome);
      expect(parseReply(payload)).toEqual({ ok: true, value: { id, ...outcome } });
    }),
  );
});

it('no payload makes a codec throw, and a refusal is short and without control characters', () => {
  const json = fc.json().map((text) => Buffer.from(text));
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
  const keys = fc.constantFrom('state', 'brightness', 'transition', 'event_type', 'reply_to', 'id', '__proto__');
  const object = fc.dictionary(keys, fc.jsonValue()).map((value) => Buffer.from(JSON.stringify(value)));
  fc.assert(
    fc.property(fc.oneof(json, bytes, object), (payload) => {
      for (const outcome of [
        parseOnOff(payload),
        parseLight(payload),
        parseNumber(payload, { min: 0, max: 1 }),
        parsePress(payload),
        parseEvent(payload),
        parseCall({ topic: 'a', payload, qos: 0, retain: false }),
        parseReply(payload),
      ]) {
        if (outcome.ok) continue;
        expect(outcome.code).toMatch(/^TOPICS_/);
        expect(outcome.message.length).toBeLessThan(400);
        expect(outcome.message).not.toMatch(/\p{Cc}/u);
      }
    }),
    { numRuns: 2000 },
  );
}, 60_000);
