import {
  formatLight,
  formatNumber,
  MAX_COMMAND_BYTES,
  parseEvent,
  parseLight,
  parseNumber,
  parseOnOff,
  parsePress,
  quote,
} from '#topics';
import { describe, expect, it } from 'vitest';

const refusal = (message: string | RegExp, code = 'TOPICS_PAYLOAD_NOT_ALLOWED') => ({
  ok: false,
  code,
  message: typeof message === 'string' ? message : expect.stringMatching(message),
});

describe('on and off', () => {
  it.each([
    ['ON', 'ON'],
    ['on', 'ON'],
    ['true', 'ON'],
    ['1', 'ON'],
    ['OFF', 'OFF'],
    ['off', 'OFF'],
    ['false', 'OFF'],
    ['0', 'OFF'],
    ['TOGGLE', 'TOGGLE'],
    ['toggle', 'TOGGLE'],
  ])('%s is %s', (payload, value) => expect(parseOnOff(Buffer.from(payload))).toEqual({ ok: true, value }));

  it.each(['', ' ON', 'ON\n', 'yes', '2', '{"state":"ON"}', '__proto__', 'toString', '10'])(
    '%j is neither',
    (payload) => {
      expect(parseOnOff(Buffer.from(payload))).toEqual(refusal(/^found .*; allowed are ON, OFF, TOGGLE/));
    },
  );

  it('says what was found, but not all of a long payload', () => {
    expect(parseOnOff(Buffer.from('x'.repeat(1000)))).toEqual(refusal(/^found "x{40}"\.\.\.; /));
    expect(parseOnOff(Buffer.from('\u001b[2J'))).toEqual(refusal(/^found "\\u001b\[2J"; /));
    expect(parseOnOff(Buffer.from([0xff, 0xfe]))).toEqual(
      refusal('the payload is not UTF-8 text', 'TOPICS_PAYLOAD_NOT_UTF8'),
    );
    expect(parseOnOff(Buffer.alloc(MAX_COMMAND_BYTES + 1))).toEqual(
      refusal('the payload has 4097 bytes; at most 4096 are taken', 'TOPICS_PAYLOAD_TOO_LARGE'),
    );
  });
});

describe('a light', () => {
  it.each([
    ['ON', { state: 'ON' }],
    ['0', { state: 'OFF' }],
    ['{"state":"ON"}', { state: 'ON' }],
    ['{"state":"TOGGLE"}', { state: 'TOGGLE' }],
    ['{"state":true}', { state: 'ON' }],
    ['{"state":"ON","brightness":128,"transition":2.5}', { state: 'ON', brightness: 128, transition: 2500 }],
    ['{"brightness":1}', { state: 'ON', brightness: 1 }],
    ['{"brightness":0}', { state: 'OFF' }],
    ['{"state":"ON","brightness":0}', { state: 'OFF' }],
    ['{"state":"OFF","brightness":9,"transition":1}', { state: 'OFF', transition: 1000 }],
    [' {"state":"OFF"}\n', { state: 'OFF' }],
  ])('takes %s', (payload, value) => expect(parseLight(Buffer.from(payload))).toEqual({ ok: true, value }));

  it.each([
    ['', /^found an empty payload; allowed are ON, OFF/],
    ['bright', /or a JSON object such as/],
    ['[]', /or a JSON object such as/],
    ['{"state":"ON"', /is not JSON/, 'TOPICS_PAYLOAD_NOT_JSON'],
    ['{}', /neither "state" nor "brightness"/],
    ['{"transition":1}', /neither "state" nor "brightness"/],
    ['{"state":"dim"}', /^found state: "\\"dim\\""; allowed is ON/],
    ['{"state":null}', /^found state: "null"/],
    ['{"brightness":256}', /^found brightness: "256"; allowed is a whole number from 0 to 255/],
    ['{"brightness":12.5}', /whole number/],
    ['{"brightness":"12"}', /whole number/],
    ['{"brightness":-1}', /whole number/],
    ['{"brightness":1e999}', /whole number/],
    ['{"state":"ON","transition":-1}', /^found transition: "-1"; allowed is seconds from 0/],
    ['{"state":"ON","transition":"fast"}', /seconds from 0/],
    ['{"state":"ON","color":{"r":255}}', /^found key "color"; allowed are state, brightness, transition/],
    ['{"state":"ON","__proto__":{}}', /^found key "__proto__"/],
  ])('refuses %s', (payload, message, code = 'TOPICS_PAYLOAD_NOT_ALLOWED') => {
    expect(parseLight(Buffer.from(payload))).toEqual(refusal(message, code));
  });

  it('says its brightness where it has one', () => {
    expect(formatLight({ state: 'ON', brightness: 7 })).toBe('{"state":"ON","brightness":7,"color_mode":"brightness"}');
    expect(formatLight({ state: 'OFF' })).toBe('{"state":"OFF","color_mode":"onoff"}');
  });
});

describe('a number', () => {
  const range = { min: -10, max: 50 };
  it.each([
    ['21.5', 21.5],
    ['-10', -10],
    ['+5e1', 50],
    ['.5', 0.5],
  ])('%s is one', (payload, value) => expect(parseNumber(Buffer.from(payload), range)).toEqual({ ok: true, value }));

  it.each(['', ' 1', '0x10', 'NaN', 'Infinity', '51', '-10.1', '1,5', '1e9999', 'null'])('"%s" is none', (payload) => {
    expect(parseNumber(Buffer.from(payload), range)).toEqual(refusal(/; allowed is a number from -10 to 50$/));
  });

  it('is formatted without a negative zero', () => {
    expect([formatNumber(-0.04, 1), formatNumber(-0), formatNumber(21.456, 1), formatNumber(-1.5)]).toEqual([
      '0.0',
      '0',
      '21.5',
      '-1.5',
    ]);
  });
});

it('a button takes PRESS', () => {
  expect(parsePress(Buffer.from('PRESS'))).toEqual({ ok: true, value: 'PRESS' });
  expect(parsePress(Buffer.from('ON'))).toEqual(refusal('found "ON"; allowed is PRESS'));
});

it('an event has a type', () => {
  expect(parseEvent(Buffer.from('{"event_type":"press"}'))).toEqual({ ok: true, value: { event_type: 'press' } });
  expect(parseEvent(Buffer.from('{"event_type":""}'))).toEqual(refusal(/event_type/));
  expect(parseEvent(Buffer.from('press'))).toEqual(refusal(/"press" is not JSON/, 'TOPICS_PAYLOAD_NOT_JSON'));
});

it('a quoted text ends between characters', () => {
  expect(quote('🦊'.repeat(60))).toBe(`"${'🦊'.repeat(40)}"...`);
});
