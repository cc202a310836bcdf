import { isLoopback, type RulePlace, ruleFaults, upstreamAddress } from '#topics';
import type { Draft } from '../draft.ts';
import type { Finding, Path } from '../finding.ts';
import type { ProblemCode } from '../problem.ts';
import { nearest } from '../spelling.ts';
import { isEverywhere } from './addresses.ts';

const CODES = {
  invalid: 'CONFIG_BAD_FILTER',
  shadowed: 'CONFIG_RULE_SHADOWED',
  loop: 'CONFIG_BRIDGE_LOOP',
} as const satisfies Record<string, ProblemCode>;

/** Rules that carry messages round for ever, or that another rule leaves nothing to do. */
export function checkBridgeRules({ bridges }: Draft): Finding[] {
  const sound = bridges.flatMap((bridge, index) => (bridge === undefined ? [] : [{ bridge, index }]));
  const pathOf = ({ bridge, direction, index }: RulePlace, key = 'filter'): Path => [
    'bridges',
    sound[bridge]?.index ?? bridge,
    direction,
    index,
    key,
  ];
  return ruleFaults(sound.map(({ bridge }) => bridge)).map((fault) => ({
    code: fault.key === 'to' ? 'CONFIG_BAD_RENAME' : CODES[fault.kind],
    path: pathOf(fault.rule, fault.key),
    on: 'value',
    message: fault.message,
    ...(fault.other === undefined ? {} : { related: [{ path: pathOf(fault.other), message: 'the other rule' }] }),
  }));
}

/** Entities that a rule lets be commanded, and that there are not. */
export function checkRuleEntities({ bridges, ids }: Draft): Finding[] {
  const known = ids.filter((id) => typeof id === 'string');
  return bridges.flatMap((bridge, at) =>
    (bridge?.in ?? []).flatMap(({ entities = [] }, rule) =>
      entities.flatMap((id, place): Finding[] => {
        if (known.includes(id)) return [];
        const suggestion = nearest(id, known);
        return [
          {
            code: 'CONFIG_NOT_AN_OPTION',
            path: ['bridges', at, 'in', rule, 'entities', place],
            on: 'value',
            message: `there is no entity "${id}"`,
            ...(suggestion !== undefined && { suggestion }),
          },
        ];
      }),
    ),
  );
}

/** Bridges that lead from the node to itself. */
export function checkBridgesToSelf({ bridges, listeners }: Draft): Finding[] {
  return bridges.flatMap((bridge, index): Finding[] =>
    [bridge?.url ?? [], bridge?.failover ?? []].flat().flatMap((address, place) => {
      if (bridge === undefined) return [];
      const { host, port } = upstreamAddress(address);
      const own = listeners.findIndex(
        (listener) =>
          listener?.port === port &&
          (listener.host === host || (isLoopback(host) && (isLoopback(listener.host) || isEverywhere(listener.host)))),
      );
      if (own === -1) return [];
      return [
        {
          code: 'CONFIG_BRIDGE_LOOP',
          path: place === 0 ? ['bridges', index, 'url'] : ['bridges', index, 'failover', place - 1],
          on: 'value',
          message: `bridge ${bridge.name} leads back to this node itself`,
          related: [{ path: ['broker', 'listeners', own, 'port'], message: 'to this listener' }],
        },
      ];
    }),
  );
}

/** What says who a bridge is has two halves, and needs a connection that asks. */
export function checkBridgeIdentities({ bridges }: Draft): Finding[] {
  return bridges.flatMap((bridge, index): Finding[] => {
    if (bridge === undefined || (bridge.cert === undefined) === (bridge.key === undefined)) return [];
    const [there, missing] = bridge.cert === undefined ? ['key', 'cert'] : ['cert', 'key'];
    return [
      {
        code: 'CONFIG_MISSING_KEY',
        path: ['bridges', index, there],
        on: 'key',
        message: `bridge ${bridge.name} has \`${there}\` without \`${missing}\``,
        allowed: 'both, or neither',
      },
    ];
  });
}

/** Bridges that carry nothing. */
export function checkIdleBridges({ bridges }: Draft): Finding[] {
  return bridges.flatMap((bridge, index): Finding[] =>
    bridge === undefined || bridge.out.length + bridge.in.length > 0
      ? []
      : [
          {
            code: 'CONFIG_MISSING_KEY',
            path: ['bridges', index],
            on: 'mapping',
            message: `bridge ${bridge.name} carries nothing: it has neither \`out\` nor \`in\` rules`,
            allowed: 'out: [{ filter: "pinbus/v1/NODE/#" }]',
          },
        ],
  );
}
