import { type BridgeRule, comesFrom, comesIn, goesOut, goesTo, type PlacedBridge, ruleFaults } from '#topics';
import { describe, expect, it } from 'vitest';

/** `filter`, or `filter => to`. */
const rules = (...texts: string[]): BridgeRule[] =>
  texts.map((text) => {
    const [filter = '', to] = text.split(' => ');
    return { filter, qos: 1, retain: true, ...(to !== undefined && { to }) };
  });

const bridge = (name: string, out: string[], inward: string[], url = `mqtt://${name}`): PlacedBridge => ({
  name,
  url,
  failover: [],
  out: rules(...out),
  in: rules(...inward),
});

describe('a message', () => {
  it('is carried by the first rule that matches it', () => {
    const of = bridge('cloud', ['a/b/{rest} => x/{rest}', 'a/+', 'a/#'], []);
    const places = ['a/b/c', 'a/b', 'a/c', 'a/c/d', 'b'].map((topic) => goesOut(of, topic));
    expect(places.map((carried) => carried && of.out.indexOf(carried.rule))).toEqual([0, 0, 1, 2, undefined]);
    expect(places.map((carried) => carried?.topic)).toEqual(['x/c', 'x', 'a/c', 'a/c/d', undefined]);
  });

  it.each([
    ['pinbus/v1/{node}/{rest}', 'acme/{node}/pins/{rest}', 'pinbus/v1/porch/lamp/state', 'acme/porch/pins/lamp/state'],
    ['pinbus/v1/porch/{entity}/state', 'acme/{entity}', 'pinbus/v1/porch/lamp/state', 'acme/lamp'],
    ['{room}/{entity}', '{entity}/of/{room}', 'hall/lamp', 'lamp/of/hall'],
    ['{rest}', 'all/{rest}', 'a//b/', 'all/a//b/'],
  ])('by %s => %s is called there as it should, and comes back as what it was', (filter, to, here, there) => {
    const out = bridge('cloud', [`${filter} => ${to}`], []);
    expect(goesOut(out, here)?.topic).toBe(there);
    expect(comesFrom(out, there)).toBe(here);
    const inward = bridge('cloud', [], [`${to} => ${filter}`]);
    expect(comesIn(inward, there)?.topic).toBe(here);
    expect(goesTo(inward, here)).toBe(there);
  });

  it('that would get no valid name is known to have none', () => {
    const of = bridge('cloud', ['a/{rest} => {rest}'], []);
    expect(['a', 'a/', 'a/$SYS/x'].map((topic) => goesOut(of, topic)?.topic)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const long = { ...bridge('cloud', ['#'], []), prefix: 'tenants/acme' };
    expect(goesOut(long, 'x'.repeat(65_530))).toMatchObject({ topic: undefined });
  });

  it('goes below the prefix of its bridge, and comes from there alone', () => {
    const acme = { ...bridge('cloud', ['a/#'], ['b/#', '{node}/cmd => c/{node}']), prefix: 'tenants/acme' };
    expect(goesOut(acme, 'a/x')?.topic).toBe('tenants/acme/a/x');
    expect(
      ['tenants/acme/b/x', 'tenants/acme/n/cmd', 'tenants/other/b/x', 'b/x'].map((t) => comesIn(acme, t)?.topic),
    ).toEqual(['b/x', 'c/n', undefined, undefined]);
    expect([comesFrom(acme, 'tenants/acme/a/x'), goesTo(acme, 'c/n')]).toEqual(['a/x', 'tenants/acme/n/cmd']);
  });
});

describe('rules', () => {
  it('may overlap in and out within one bridge, for what came in is not sent back', () => {
    expect(ruleFaults([bridge('cloud', ['pinbus/v1/porch/#'], ['pinbus/v1/porch/+/set'])])).toEqual([]);
    expect(ruleFaults([])).toEqual([]);
  });

  it('that are covered by one before them have no effect', () => {
    expect(ruleFaults([bridge('cloud', ['a/#', 'a/b', 'c'], [])])).toEqual([
      {
        kind: 'shadowed',
        rule: { bridge: 0, direction: 'out', index: 1 },
        other: { bridge: 0, direction: 'out', index: 0 },
        key: 'filter',
        message: '"a/b" has no effect: "a/#" before it takes all of it',
      },
    ]);
    expect(ruleFaults([bridge('cloud', ['a/{node}/{rest} => b/{node}/{rest}', 'a/+/x'], [])])).toMatchObject([
      { kind: 'shadowed', rule: { index: 1 } },
    ]);
    expect(ruleFaults([bridge('cloud', ['a/b', 'a/#'], [])])).toEqual([]);
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
    expect(ruleFaults([one, { ...two, url: 'mqtt://CLOUD:1883/' }])).toHaveLength(1);
    expect(ruleFaults([one, { ...two, url: 'mqtt://elsewhere' }])).toEqual([]);
    const standby = { ...one, url: 'mqtt://standby', failover: ['mqtt://cloud'] };
    expect(ruleFaults([standby, two])).toHaveLength(1);
    expect(ruleFaults([standby, { ...two, url: 'mqtt://elsewhere', failover: ['mqtt://standby:1883'] }])).toHaveLength(
      1,
    );
    expect(
      ruleFaults([
        { ...one, url: 'ws://localhost:1883' },
        { ...two, url: 'mqtt://[::1]' },
      ]),
    ).toHaveLength(1);
  });

  it('loop by the names that topics have on both sides', () => {
    const down = (rule: string) => bridge('down', [], [rule], 'mqtt://cloud');
    const up = (rule: string) => bridge('up', [rule], [], 'mqtt://cloud');
    expect(ruleFaults([down('a/{rest} => b/{rest}'), up('b/{rest} => a/{rest}')])).toMatchObject([{ kind: 'loop' }]);
    // It grows by a level each time round.
    expect(ruleFaults([down('a/{rest} => b/x/{rest}'), up('b/{rest} => a/{rest}')])).toMatchObject([{ kind: 'loop' }]);
    expect(ruleFaults([down('a/{rest} => b/{rest}'), up('b/{rest} => c/{rest}')])).toEqual([]);
    expect(ruleFaults([down('a/#'), { ...up('a/#'), prefix: 'x' }])).toEqual([]);
    expect(
      ruleFaults([
        { ...down('a/#'), prefix: 'x' },
        { ...up('a/#'), prefix: 'x' },
      ]),
    ).toMatchObject([{ kind: 'loop' }]);
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

  it.each([
    ['a/+ => b/+', 'where topics are renamed'],
    ['a/{node} => b', '{node}'],
    ['a => b/{node}', '{node}'],
    ['a/{node}/{node} => b/{node}', 'twice'],
    ['a/x{node} => b/{node}', 'a whole level'],
    ['{rest}/a => a/{rest}', '{rest}'],
    ['a/{Node} => b/{Node}', '{Node}'],
  ])('that rename say one name once on both sides: not %s', (rule, why) => {
    const [fault] = ruleFaults([bridge('cloud', [rule], [])]);
    expect(fault).toMatchObject({ kind: 'invalid', key: 'to', message: expect.stringContaining(why) });
  });

  it('that do not rename have wildcards, not names', () => {
    expect(ruleFaults([bridge('cloud', ['a/{node}'], [])])).toMatchObject([{ kind: 'invalid', key: 'filter' }]);
    expect(ruleFaults([bridge('cloud', ['a/b{c}'], [])])).toEqual([]);
  });
});
