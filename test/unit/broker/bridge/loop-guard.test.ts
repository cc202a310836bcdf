import { describe, expect, test } from 'vitest';
import { Crossings } from '../../../../src/broker/bridge/crossings.ts';
import { LoopGuard } from '../../../../src/broker/bridge/loop-guard.ts';
import type { Message, UserProperty } from '../../../../src/topics/index.ts';

const message = (text: string, ...userProperties: UserProperty[]): Message => ({
  topic: 'house/lamp',
  payload: Buffer.from(text),
  qos: 1,
  retain: false,
  properties: { userProperties },
});
const ON = message('ON');
/** By a bridge that can say what it forwards. */
const CLOUD = { id: 'cloud' };
const UNMARKED = { id: 'cloud', unmarked_bridge: true };

describe('a marked message', () => {
  const guard = () => new LoopGuard('porch');

  test('that this node forwarded before goes no further', () => {
    expect(guard().astray(message('x', ['id', 'porch:1'], ['via', 'porch'], ['via', 'shed']), CLOUD)).toBe('loop');
    expect(guard().astray(message('x', ['id', 'shed:1'], ['via', 'shed']), CLOUD)).toBeUndefined();
  });

  test('that eight nodes forwarded goes no further', () => {
    const nodes = (count: number) => Array.from({ length: count }, (_, i): UserProperty => ['via', `node-${i}`]);
    expect(guard().astray(message('x', ...nodes(7)), CLOUD)).toBeUndefined();
    expect(guard().astray(message('x', ...nodes(8)), CLOUD)).toBe('hops');
  });

  test('that comes by two ways is taken once, and again when the first could not be kept', () => {
    const one = guard();
    const direct = message('x', ['id', 'shed:1'], ['via', 'shed']);
    const roundabout = message('x', ['id', 'shed:1'], ['via', 'shed'], ['via', 'attic']);
    expect(one.astray(direct, CLOUD)).toBeUndefined();
    expect(one.astray(roundabout, CLOUD)).toBe('copy');
    one.forget(direct, CLOUD);
    expect(one.astray(roundabout, CLOUD)).toBeUndefined();
  });

  test('is another one where its node counts anew', () => {
    const one = guard();
    const [before, after] = ['2026-01-01', '2026-02-02'].map((ts) =>
      message('x', ['id', 'shed:1'], ['ts', ts], ['via', 'shed']),
    );
    if (before === undefined || after === undefined) throw new Error('two messages');
    expect([one.astray(before, CLOUD), one.astray(after, CLOUD), one.astray(before, CLOUD)]).toEqual([
      undefined,
      undefined,
      'copy',
    ]);
  });

  test('is not known by an id that its publisher made up', () => {
    const one = guard();
    for (let i = 0; i < 3; i++) expect(one.astray(message('x', ['id', '1']), CLOUD)).toBeUndefined();
  });
});

describe('a message without marks', () => {
  test('that was sent by a way comes back by it once', () => {
    const crossings = new Crossings();
    crossings.went('cloud', ON, 1, 0);
    expect([crossings.came('cloud', ON, 1), crossings.came('cloud', ON, 2)]).toEqual([true, false]);
  });

  test('that is sent again over the next link is one, so what the upstream says then is heard', () => {
    const crossings = new Crossings();
    for (const at_ms of [0, 1, 2]) crossings.went('cloud', ON, 7, at_ms);
    expect([crossings.came('cloud', ON, 3), crossings.came('cloud', ON, 4)]).toEqual([true, false]);
  });

  test('that its sender says twice is heard twice', () => {
    const crossings = new Crossings();
    for (let i = 0; i < 5; i++) expect(crossings.came('cloud', ON, i)).toBe(false);
  });

  test('is not mistaken for its echo after the upstream said the same', () => {
    const crossings = new Crossings();
    expect(crossings.came('cloud', ON, 0)).toBe(false);
    crossings.went('cloud', ON, 2, 1);
    expect(crossings.came('cloud', ON, 2)).toBe(true);
    expect(crossings.came('cloud', ON, 3)).toBe(false);
  });

  test('ends its way round a ring, however often it is said', () => {
    const crossings = new Crossings();
    for (let i = 0; i < 3; i++) {
      crossings.went('next', ON, 2 * i + 1, i);
      expect(crossings.came('last', ON, i)).toBe(true);
      // What others in the ring say is new, and goes on.
      expect(crossings.came('last', ON, i)).toBe(false);
      crossings.went('next', ON, 2 * i + 2, i);
    }
  });

  test('that comes by two ways is taken once each time', () => {
    const crossings = new Crossings();
    for (let i = 0; i < 3; i++) {
      expect(crossings.came('shed', ON, i)).toBe(false);
      expect(crossings.came('attic', ON, i)).toBe(true);
    }
  });

  test('is known by topic and payload', () => {
    const crossings = new Crossings();
    crossings.went('cloud', ON, 5, 0);
    expect(crossings.came('cloud', message('OFF'), 1)).toBe(false);
    expect(crossings.came('cloud', { ...ON, topic: 'house/lampON' }, 1)).toBe(false);
  });

  test('is forgotten half a minute later, or for very many others', () => {
    const crossings = new Crossings();
    crossings.went('cloud', ON, 6, 0);
    expect(crossings.came('cloud', ON, 31_000)).toBe(false);
    crossings.went('cloud', message('early'), 7, 40_000);
    for (let i = 0; i < 16_384; i++) crossings.went('cloud', message(String(i)), 10 + i, 40_000);
    expect(crossings.came('cloud', message('early'), 40_000)).toBe(false);
    expect(crossings.came('cloud', message('16383'), 40_000)).toBe(true);
  });

  test('that could not be taken is new when it comes again, and counts once', () => {
    const crossings = new Crossings();
    expect(crossings.came('shed', ON, 0)).toBe(false);
    crossings.forget('shed', ON);
    expect(crossings.came('shed', ON, 1)).toBe(false);
    expect([crossings.came('attic', ON, 2), crossings.came('attic', ON, 3)]).toEqual([true, false]);
  });

  test('is only looked for where it comes by a bridge that cannot mark it', () => {
    const guard = new LoopGuard('porch');
    guard.went('cloud', ON, 1);
    expect(guard.astray(ON, CLOUD)).toBeUndefined();
    expect(guard.astray(ON, UNMARKED)).toBe('copy');
  });

  test('is also looked for where a node before the last had it without its past', () => {
    const guard = new LoopGuard('porch');
    guard.went('shed', ON, 1);
    const returned = { ...message('ON', ['id', 'attic:1'], ['via', '?'], ['via', 'attic']), topic: ON.topic };
    expect(guard.astray(returned, { id: 'attic' })).toBe('copy');
  });
});

describe('what is sent is remembered', () => {
  const HOUSE = { out: [], in: [{ filter: 'house/#', qos: 1, retain: true }] } as const;
  const cases = [
    ['where another bridge may bring it', 'house/lamp', 'shed', 5, true],
    ['where the same may, that speaks 3.1.1', 'house/lamp', 'cloud', 4, true],
    ['not for a bridge of MQTT 5, which has no-local', 'house/lamp', 'cloud', 5, false],
    ['not for a topic that nothing brings in', 'garden/lamp', 'shed', 4, false],
  ] as const;
  test.each(cases)('%s', (_, topic, bridge, protocol, remembered) => {
    const guard = new LoopGuard('porch');
    guard.reads([{ name: 'cloud', ...HOUSE }]);
    expect(guard.mayReturn(topic, bridge, protocol)).toBe(remembered);
  });

  test('as soon as a bridge of another node was met', () => {
    const guard = new LoopGuard('porch');
    expect(guard.mayReturn('x', 'cloud', 5)).toBe(false);
    guard.meets();
    expect(guard.mayReturn('x', 'cloud', 5)).toBe(true);
    const other = new LoopGuard('porch');
    other.astray(message('x', ['via', 'shed']), { id: 'anybody' });
    expect(other.mayReturn('x', 'cloud', 5)).toBe(true);
  });
});
