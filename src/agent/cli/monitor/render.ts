import { paint, type Paint } from '../paint.ts';
import { fit } from './cells.ts';
import { HELP } from './help.ts';
import type { Model, NodeModel } from './model.ts';
import { entityLine, noteLines } from './node-lines.ts';
import { age, perSecond } from './quantity.ts';
import { selection, type Ui } from './ui.ts';

export interface View {
  readonly model: Model;
  readonly ui: Ui;
  /** The broker's URL. */
  readonly url: string;
  /** `connected`, or why not. */
  readonly connection: string;
  readonly now_ms: number;
  readonly colour: boolean;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** One line of the tree; the entity's key when it can be selected. */
interface Row {
  readonly text: string;
  readonly key?: string;
}

/** The whole picture: exactly `rows` lines, each of at most `columns` cells. Pure. */
export function render(view: View, size: Size): readonly string[] {
  const colours = paint(view.colour);
  const body = view.ui.help
    ? HELP.map((text) => ({ text: fit(text, size.columns) }))
    : tree(view, size.columns, colours);
  const height = Math.max(size.rows - 2, 0);
  const visible = scroll(body, height, selection(view.ui, shownEntities(view.model, view.ui)));
  const blank = Array.from({ length: height - visible.length }, () => '');
  return [header(view, size, colours), ...visible.map(({ text }) => text), ...blank, footer(view, size, colours)].slice(
    0,
    size.rows,
  );
}

/** The keys `<node>/<entity>` of the entities that the filter lets through, in the order of the picture. */
export function shownEntities(model: Model, ui: Ui): readonly string[] {
  return [...model.nodes.values()].flatMap((node) => entitiesOf(node, ui).map(({ id }) => `${node.id}/${id}`));
}

function entitiesOf(node: NodeModel, { filter }: Ui) {
  const wanted = filter.toLowerCase();
  return [...node.entities.values()].filter(({ id, component }) =>
    [id, component?.name, component?.platform].some((text) => text?.toLowerCase().includes(wanted)),
  );
}

function tree(view: View, columns: number, colours: Paint): readonly Row[] {
  const { model, ui, now_ms } = view;
  if (model.nodes.size === 0)
    return [{ text: '' }, { text: colours.dim(fit('  No node has said anything yet.', columns)) }];
  const selected = selection(ui, shownEntities(model, ui));
  return [...model.nodes.values()].flatMap((node): Row[] => {
    const entities = entitiesOf(node, ui);
    return [
      { text: nodeTitle(node, columns, colours) },
      ...entities.map((entity) => {
        const key = `${node.id}/${entity.id}`;
        return { key, text: entityLine(entity, { columns, now_ms, colours, selected: key === selected }) };
      }),
      ...noteLines(node, { columns, now_ms, colours }).map((text) => ({ text })),
      { text: '' },
    ];
  });
}

function nodeTitle(node: NodeModel, columns: number, colours: Paint): string {
  const dot = node.online === true ? colours.green('●') : node.online === false ? colours.red('●') : colours.dim('○');
  const uptime_s = node.health?.['uptime_s'];
  const facts = [
    node.name,
    node.online === false ? 'offline' : undefined,
    node.version === undefined ? undefined : `pinbus ${node.version}`,
    node.board ?? (node.driver === undefined ? undefined : `driver ${node.driver}`),
    typeof uptime_s === 'number' ? `up ${age(uptime_s)}` : undefined,
  ].filter((fact) => fact !== undefined);
  const id = fit(node.id, Math.min(node.id.length, columns - 3));
  return ` ${dot} ${colours.bold(id)}${colours.dim(fit(`  ${facts.join(' · ')}`, columns - 3 - id.length))}`;
}

function header({ model, url, connection, now_ms }: View, { columns }: Size, colours: Paint): string {
  const rate = perSecond(model.rate.perSecond(now_ms));
  const left = ` pinbus monitor  ${url}`;
  const right = connection === 'connected' ? `${rate} messages/s ` : `${connection} `;
  const text = fit(left, columns - right.length) + right;
  return colours.inverse(fit(text, columns));
}

function footer({ ui }: View, { columns }: Size, colours: Paint): string {
  if (ui.typing) return fit(` /${ui.filter}▏`, columns);
  if (ui.notice !== '') return colours.yellow(fit(` ${ui.notice}`, columns));
  const filter = ui.filter === '' ? '/ filter' : `/${ui.filter} (esc: all)`;
  return colours.dim(fit(` ↑↓ select   space toggle, press   ←→ dim   ${filter}   ? help   q quit`, columns));
}

/** The part of the rows that has the selected one in it, as near to the top as possible. */
function scroll(rows: readonly Row[], height: number, selected: string | undefined): readonly Row[] {
  const at = rows.findIndex(({ key }) => key !== undefined && key === selected);
  const last = Math.max(rows.length - height, 0);
  const start = Math.min(Math.max(at + 2 - height, 0), last);
  return rows.slice(start, start + height);
}
