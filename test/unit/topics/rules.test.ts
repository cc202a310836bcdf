import { type BridgeRule, type BridgeRules, carriedQos, ruleFaults } from '#topics';
import { describe, expect, it } from 'vitest';

/** `filter@qos`; QoS 1 where it is not said. */
const rules = (...texts: string[]): BridgeRule[] =>
  texts.map((text) => {
    const [filter = '', qos = '1'] = text.split('@');
    return { filter, qos: qos === '2' ? 2 : qos === '0' ? 0 : 1 };
  });

const bridge = (name: string, out: string[], inward: string[], url = `mqtt://${name}`): BridgeRules => ({
  name,
  url,
  out: rules(...out),
  in: rules(...inward),
});

describe('a message', () => {
  it('is carried at the highest QoS of the rules that match it', () => {
    const list = rules('a/#@0', 'a/b@2', 'a/+@1');
    expect(['a/b', 'a/c', 'a/b/c', 'b'].map((topic) => carriedQos(list, topic))).toEqual([2, 1, 0, undefined]);
  });
});

describe('rules', () => {
  it('may overlap in and out within one bridge, for what came in is not sent back', () => {
    expect(ruleFaults([bridge('cloud', ['pinbus/v1/porch/#'], ['pinbus/v1/porch/+/set'])])).toEqual([]);
    expect(ruleFaults([])).toEqual([]);
  });

  it('that are covered by another at no lower QoS have no effect', () => {
    expect(ruleFaults([bridge('cloud', ['a/b', 'a/#', 'c'], [])])).toEqual([
      {
        kind: 'shadowed',
        rule: { bridge: 0, direction: 'out', index: 0 },
        other: { bridge: 0, direction: 'out', index: 1 },
        message: '"a/b" has no effect: "a/#" takes all of it at QoS 1',
      },
    ]);
    expect(ruleFaults([bridge('cloud', ['a/b@2', 'a/#@1'], [])])).toEqual([]);
    expect(ruleFaults([bridge('cloud', ['a'], ['a']), bridge('other', ['a'], [])])).toEqual([]);
  });

  it('that are there twice are named once', () => {
    expect(ruleFaults([bridge('cloud', ['a', 'a'], [])]).map(({ rule, other }) => [rule.index, other?.index])).toEqual([
      [1, 0],
    ]);
  });

  it('of two bridges to one broker must not send back what the other brings in', () => {
    const one = bridge('one', [], ['a/#'], 'mqtt://cloud');
    const two = bridge('two', ['+/b'], [], 'mqtt://cloud');
    expect(ruleFaults([one, two])).toEqual([
      expect.objectContaining({
        kind: 'loop',
        rule: { bridge: 0, direction: 'in', index: 0 },
        other: { bridge: 1, direction: 'out', index: 0 },
      }),
    ]);
    expect(ruleFaults([one, { ...two, url: 'mqtt://elsewhere' }])).toEqual([]);
  });

  it('have valid filters without share groups', () => {
    expect(
      ruleFaults([bridge('cloud', ['a/#/b', '$share/g/a'], ['+x'])]).map(({ kind, rule }) => [kind, rule]),
    ).toEqual([
      ['invalid', { bridge: 0, direction: 'out', index: 0 }],
      ['invalid', { bridge: 0, direction: 'out', index: 1 }],
      ['invalid', { bridge: 0, direction: 'in', index: 0 }],
    ]);
  });
});
