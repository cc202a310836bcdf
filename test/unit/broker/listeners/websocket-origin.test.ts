import { expect, test } from 'vitest';
import { mayConnectFrom } from '../../../../src/broker/listeners/websocket-origin.ts';

test.each([
  'http://localhost:8080',
  'https://localhost',
  'http://dev.localhost',
  'http://127.0.0.1:1234',
  'http://[::1]:80',
  undefined,
])('%s may connect though nobody is asked for a password', (origin) => {
  expect(mayConnectFrom(origin, true)).toBe(true);
});

test.each([
  'https://evil.example',
  'http://localhost.evil.example',
  'http://127.0.0.1.evil.example',
  'null',
  'file://',
  '',
])('%s may not, for any page on the web could then switch everything; where a login is asked for, it may', (origin) => {
  expect(mayConnectFrom(origin, true)).toBe(false);
  expect(mayConnectFrom(origin, false)).toBe(true);
});
