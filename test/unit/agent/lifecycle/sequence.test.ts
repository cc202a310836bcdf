import { milliseconds } from '#topics';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { Sequence, type Step } from '../../../../src/agent/lifecycle/sequence.ts';

const silent = pino({ level: 'silent' });

function recorded(name: string, seen: string[], over: Partial<Step> = {}): Step {
  return {
    name,
    deadline_ms: milliseconds(50),
    start: () => void seen.push(`start ${name}`),
    stop: () => void seen.push(`stop ${name}`),
    ...over,
  };
}

describe('Sequence', () => {
  it('starts in order and stops in the opposite order', async () => {
    const seen: string[] = [];
    const sequence = new Sequence([recorded('a', seen), recorded('b', seen), recorded('c', seen)], silent);
    await sequence.start(new AbortController().signal);
    await sequence.stop();
    expect(seen).toEqual(['start a', 'start b', 'start c', 'stop c', 'stop b', 'stop a']);
  });

  it('unwinds a partial start, the failed step included, and throws what failed', async () => {
    const seen: string[] = [];
    const broken = recorded('b', seen, { start: () => Promise.reject(new Error('no pins')) });
    const sequence = new Sequence([recorded('a', seen), broken, recorded('c', seen)], silent);
    await expect(sequence.start(new AbortController().signal)).rejects.toThrow('no pins');
    expect(seen).toEqual(['start a', 'stop b', 'stop a']);
  });

  it('gives up a step that hangs while it starts, and aborts its signal', async () => {
    const seen: string[] = [];
    let given: AbortSignal | undefined;
    const hanging = recorded('b', seen, {
      start: (signal) => {
        given = signal;
        return new Promise<void>(() => undefined);
      },
    });
    const sequence = new Sequence([recorded('a', seen), hanging], silent);
    await expect(sequence.start(new AbortController().signal)).rejects.toMatchObject({
      code: 'AGENT_STEP_TIMEOUT',
      message: 'starting b took longer than 50 ms',
    });
    expect(given?.aborted).toBe(true);
    expect(seen).toEqual(['start a', 'stop b', 'stop a']);
  });

  it('stops the others when one fails or hangs while it stops', async () => {
    const seen: string[] = [];
    const sequence = new Sequence(
      [
        recorded('a', seen),
        recorded('b', seen, { stop: () => new Promise<void>(() => undefined) }),
        recorded('c', seen, {
          stop: () => {
            throw new Error('stuck');
          },
        }),
      ],
      silent,
    );
    await sequence.start(new AbortController().signal);
    await sequence.stop();
    expect(seen).toEqual(['start a', 'start b', 'start c', 'stop a']);
  });

  it('unwinds when it is told to stop in the middle of a start, also by a step that does not listen', async () => {
    const seen: string[] = [];
    const stop = new AbortController();
    const deaf = recorded('b', seen, {
      deadline_ms: milliseconds(10_000),
      start: () => {
        queueMicrotask(() => stop.abort());
        return new Promise<void>(() => undefined);
      },
    });
    const sequence = new Sequence([recorded('a', seen), deaf, recorded('c', seen)], silent);
    await expect(sequence.start(stop.signal)).rejects.toMatchObject({ code: 'AGENT_STOPPED' });
    expect(seen).toEqual(['start a', 'stop b', 'stop a']);
  });

  it('stops once, however often it is asked', async () => {
    const seen: string[] = [];
    const sequence = new Sequence([recorded('a', seen)], silent);
    await sequence.start(new AbortController().signal);
    await Promise.all([sequence.stop(), sequence.stop()]);
    expect(seen).toEqual(['start a', 'stop a']);
  });
});
