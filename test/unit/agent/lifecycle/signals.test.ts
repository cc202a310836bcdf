import { EventEmitter } from 'node:events';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { Signals } from '../../../../src/agent/lifecycle/signals.ts';

describe('Signals', () => {
  let outside: EventEmitter;
  let said: string[];
  let signals: Signals;
  let lost_terminal = false;

  beforeEach(() => {
    lost_terminal = false;
    outside = new EventEmitter();
    said = [];
    const handlers = {
      stop: (signal: string) => said.push(`stop ${signal}`),
      force: (exit_code: number) => said.push(`force ${exit_code}`),
      reload: () => said.push('reload'),
      lostTerminal: () => lost_terminal,
      crash: (error: unknown) => said.push(`crash ${String(error)}`),
    };
    signals = new Signals(outside, handlers, pino({ level: 'silent' }));
    signals.start();
  });

  it('stops at the first SIGTERM or SIGINT and forces at the second, whichever they are', () => {
    outside.emit('SIGTERM');
    outside.emit('SIGINT');
    expect(said).toEqual(['stop SIGTERM', 'force 130']);
  });

  it('reloads at SIGHUP, but not on the way down', () => {
    outside.emit('SIGHUP');
    outside.emit('SIGINT');
    outside.emit('SIGHUP');
    expect(said).toEqual(['reload', 'stop SIGINT']);
  });

  it('stops at the SIGHUP of a terminal that was closed', () => {
    lost_terminal = true;
    outside.emit('SIGHUP');
    expect(said).toEqual(['stop SIGHUP']);
  });

  it('hands on the first uncaught error only: the way down may fail as well', () => {
    outside.emit('unhandledRejection', 'first');
    outside.emit('uncaughtException', 'second');
    expect(said).toEqual(['crash first']);
  });

  it('leaves the process as it was', () => {
    signals.stop();
    expect(outside.eventNames()).toEqual([]);
  });
});
