import { filterFault, MAX_TOPIC_BYTES, MAX_TOPIC_LEVELS, matches, parseSubscription, topicNameFault } from '#topics';
import { describe, expect, it } from 'vitest';

describe('matching, by the examples of MQTT 5.0, 4.7', () => {
  const yes: [string, string][] = [
    ['sport/tennis/player1/#', 'sport/tennis/player1'],
    ['sport/tennis/player1/#', 'sport/tennis/player1/ranking'],
    ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon'],
    ['sport/#', 'sport'],
    ['#', 'sport/tennis'],
    ['sport/tennis/+', 'sport/tennis/player1'],
    ['sport/tennis/+', 'sport/tennis/player2'],
    ['sport/+', 'sport/'],
    ['+/+', '/finance'],
    ['/+', '/finance'],
    ['+/tennis/#', 'sport/tennis'],
    ['sport/+/player1', 'sport/tennis/player1'],
    ['$SYS/#', '$SYS/broker/load'],
    ['$SYS/monitor/+', '$SYS/monitor/Clients'],
    ['a/+/c', 'a//c'],
    ['+', 'a'],
    ['a/#', 'a/$b/c'],
    ['#', 'a/$b'],
    ['/', '/'],
    ['+/#', 'a'],
    ['ACCOUNTS', 'ACCOUNTS'],
    ['Accounts payable', 'Accounts payable'],
  ];
  const no: [string, string][] = [
    ['sport/tennis/+', 'sport/tennis/player1/ranking'],
    ['sport/+', 'sport'],
    ['+', '/finance'],
    ['#', '$SYS/broker/load'],
    ['+/monitor/Clients', '$SYS/monitor/Clients'],
    ['+/#', '$SYS/broker'],
    ['sport/#', 'sports'],
    ['sport', 'sport/'],
    ['/finance', 'finance'],
    ['ACCOUNTS', 'Accounts'],
    ['a/b', 'a'],
    ['a', 'a/b'],
    ['a/+/#', 'a'],
  ];
  it.each(yes)('%s matches %s', (filter, topic) => expect(matches(filter, topic)).toBe(true));
  it.each(no)('%s does not match %s', (filter, topic) => expect(matches(filter, topic)).toBe(false));
});

describe('filters', () => {
  const valid = ['#', '+', '+/+', '/', '//', '/+', 'sport/#', '+/tennis/#', 'sport/+/player1', '$SYS/#', 'Füße/+'];
  const shared = ['$share/g/a', '$share/g//finance', '$share/g/#', '$share/g/+/b', '$share/g/$SYS/#'];
  it.each([...valid, ...shared])('%s is one', (filter) => expect(filterFault(filter)).toBeUndefined());

  const wrong = ['sport/tennis#', 'sport/tennis/#/ranking', 'sport+', '+sport', 'a/+b', 'a/#b', '##', '++', '#/', ''];
  const wrongShare = [
    '$share/',
    '$share/g',
    '$share/g/',
    '$share//a',
    '$share/g+/a',
    '$share/#/a',
    '$share/+/a',
    '$share/g/a#',
  ];
  it.each([...wrong, ...wrongShare])('"%s" is none', (filter) =>
    expect(filterFault(filter)).toEqual(expect.any(String)),
  );

  it('are taken apart into share group and filter', () => {
    expect(parseSubscription('$share/lamps/+/set')).toEqual({ share: 'lamps', filter: '+/set' });
    expect(parseSubscription('$share/g//a')).toEqual({ share: 'g', filter: '/a' });
    expect(parseSubscription('$SYS/#')).toEqual({ filter: '$SYS/#' });
  });
});

describe('topic names', () => {
  it.each(['a', '/', 'a//b', ' ', '$SYS/x', 'Füße/🦊', 'a'.repeat(MAX_TOPIC_BYTES)])('%.20s is one', (topic) => {
    expect(topicNameFault(topic)).toBeUndefined();
  });

  it.each([
    '',
    'a/+',
    '#',
    'a+b',
    'a\0b',
    'a\nb',
    'a\u001b[2J',
    'a\ud800',
    'a\ufffe',
    'a\ufdd0',
    'a\u{1ffff}',
    'a\u009f',
  ])('%j is none', (topic) => expect(topicNameFault(topic)).toEqual(expect.any(String)));

  it('are bounded in bytes, not in characters', () => {
    expect(topicNameFault('a'.repeat(MAX_TOPIC_BYTES + 1))).toMatch(/65535 bytes/);
    expect(topicNameFault('ü'.repeat(32_767))).toBeUndefined();
    expect(topicNameFault('ü'.repeat(32_768))).toMatch(/65535 bytes/);
  });

  it('are bounded in levels, and so are filters', () => {
    expect(topicNameFault('/'.repeat(MAX_TOPIC_LEVELS - 1))).toBeUndefined();
    expect(topicNameFault('/'.repeat(MAX_TOPIC_LEVELS))).toMatch(/levels/);
    expect(filterFault(`${'+/'.repeat(MAX_TOPIC_LEVELS)}#`)).toMatch(/levels/);
  });
});
