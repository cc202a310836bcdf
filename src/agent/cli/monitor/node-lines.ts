import type { Paint } from '../paint.ts';
import { fit } from './cells.ts';
import { listIn, numberIn, textIn } from './documents.ts';
import type { EntityModel } from './entity.ts';
import type { NodeModel } from './model.ts';
import { age, perSecond, size } from './quantity.ts';
import { blocks, sparkline } from './sparkline.ts';

export interface LineView {
  readonly columns: number;
  readonly now_ms: number;
  readonly colours: Paint;
}

const MARK = 3;
const NAME = 24;
const PLATFORM = 14;
const VALUE = 14;
const RATE = 8;
const MIN_SPARKLINE = 8;
const MAX_SPARKLINE = 60;

/** An entity: mark, name, platform, value, sparkline, rate. What does not fit is left out from the middle. */
export function entityLine(entity: EntityModel, view: LineView & { readonly selected: boolean }): string {
  const { columns, now_ms, colours, selected } = view;
  const { component } = entity;
  const mark = selected ? ' ▸ ' : '   ';
  const name = fit(component?.name ?? entity.id, Math.min(NAME, columns - MARK));
  const value = fit(valueText(entity), Math.min(VALUE, Math.max(columns - MARK - NAME, 0)));
  let rest = columns - MARK - NAME - VALUE;
  const platform = rest > PLATFORM ? fit(component?.platform ?? '', PLATFORM) : '';
  rest -= platform.length;
  const rate = rest >= RATE + MIN_SPARKLINE ? perSecond(entity.rate.perSecond(now_ms)) : '';
  rest -= rate === '' ? 0 : RATE;
  const width = Math.min(rest, MAX_SPARKLINE);
  const line = width < MIN_SPARKLINE ? '' : picture(entity, width, now_ms);
  return [
    selected ? colours.bold(mark + name) : mark + name,
    colours.dim(platform),
    paintValue(entity, value, colours),
    colours.blue(line),
    rate === '' ? '' : colours.dim(fit(rate === '0' ? '' : `${rate}/s`.padStart(RATE), RATE)),
  ].join('');
}

/** The broker, outbox, bridges and last rejection of a node. */
export function noteLines(node: NodeModel, view: LineView): readonly string[] {
  const { health, rejected } = node;
  const broker = health?.['broker'];
  const outbox = health?.['outbox'];
  return [
    ...(broker === undefined ? [] : [note('broker', brokerText(broker), view)]),
    ...(outbox === undefined ? [] : [note('outbox', outboxText(outbox), view)]),
    ...listIn(health, 'bridges').map((bridge) => note('bridge', bridgeText(bridge), view)),
    ...(rejected === undefined
      ? []
      : [
          view.colours.yellow(
            fit(
              `   ${'rejected'.padEnd(10)}${age((view.now_ms - rejected.at_ms) / 1_000)} ago  ${rejected.code}  ${rejected.message}`,
              view.columns,
            ),
          ),
        ]),
  ];
}

function note(label: string, text: string, { columns, colours }: LineView): string {
  return colours.dim(fit(`   ${label.padEnd(10)}${text}`, columns));
}

function brokerText(broker: unknown): string {
  const incoming = numberIn(broker, 'messages_in_per_s');
  const outgoing = numberIn(broker, 'messages_out_per_s');
  return join([
    count(numberIn(broker, 'clients'), 'client'),
    incoming === undefined ? undefined : `in ${perSecond(incoming)}/s`,
    outgoing === undefined ? undefined : `out ${perSecond(outgoing)}/s`,
    suffix(numberIn(broker, 'retained'), 'retained'),
  ]);
}

function outboxText(outbox: unknown): string {
  const bytes = numberIn(outbox, 'size_bytes');
  const oldest_s = numberIn(outbox, 'oldest_age_s');
  return join([
    suffix(numberIn(outbox, 'depth'), 'waiting'),
    bytes === undefined ? undefined : size(bytes),
    oldest_s === undefined ? undefined : `oldest ${age(oldest_s)}`,
  ]);
}

function bridgeText(bridge: unknown): string {
  return join([
    textIn(bridge, 'name'),
    textIn(bridge, 'state'),
    prefix('breaker', textIn(bridge, 'breaker')),
    suffix(numberIn(bridge, 'depth'), 'waiting'),
    textIn(bridge, 'last_error'),
  ]);
}

function valueText(entity: EntityModel): string {
  if (!entity.available) return 'unavailable';
  if (entity.state === undefined) return entity.component?.stateTopic === undefined ? '' : '—';
  if (entity.on === true && entity.brightness !== undefined) return `ON ${Math.round(entity.brightness / 2.55)} %`;
  const unit = entity.component?.unit;
  return unit === undefined ? entity.state : `${entity.state} ${unit}`;
}

function paintValue(entity: EntityModel, text: string, colours: Paint): string {
  if (!entity.available) return colours.red(text);
  return entity.on === true ? colours.green(text) : text;
}

function picture(entity: EntityModel, width: number, now_ms: number): string {
  const series = entity.history.series(width, now_ms);
  if (entity.shape === 'curve') return sparkline(series);
  return entity.shape === 'level' ? sparkline(series, { low: 0, high: 1 }) : blocks(series);
}

const join = (parts: readonly (string | undefined)[]) => parts.filter((part) => part !== undefined).join(' · ');
const suffix = (value: number | undefined, word: string) => (value === undefined ? undefined : `${value} ${word}`);
const prefix = (word: string, value: string | undefined) => (value === undefined ? undefined : `${word} ${value}`);
const count = (value: number | undefined, word: string) =>
  value === undefined ? undefined : `${value} ${word}${value === 1 ? '' : 's'}`;
