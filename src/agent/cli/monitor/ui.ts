/** What the person at the keyboard has done so far, and what a key makes of it. Pure. */
export interface Ui {
  /** `<node>/<entity>` of the selected entity; undefined: the first one. */
  readonly selected: string | undefined;
  /** Only entities whose id, name or platform has this text. */
  readonly filter: string;
  /** Keys go into the filter. */
  readonly typing: boolean;
  readonly help: boolean;
  /** The last thing that was done or went wrong, shown in the footer. */
  readonly notice: string;
}

export const FIRST_UI: Ui = { selected: undefined, filter: '', typing: false, help: false, notice: '' };

/** A key as node:readline names it. */
export interface Key {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean | undefined;
}

/** What a key asks of the program beside a change of the Ui. */
export type Intent = 'none' | 'quit' | 'act' | 'brighter' | 'darker' | 'redraw';

/** `entities`: the keys `<node>/<entity>` that are on show, in their order. */
export function press(ui: Ui, key: Key, entities: readonly string[]): readonly [ui: Ui, intent: Intent] {
  if (key.ctrl === true && key.name === 'c') return [ui, 'quit'];
  if (key.ctrl === true && key.name === 'l') return [ui, 'redraw'];
  if (ui.typing) return [type(ui, key), 'none'];
  if (ui.help) return [{ ...ui, help: false }, key.name === 'q' ? 'quit' : 'none'];
  const calm: Ui = { ...ui, notice: '' };
  switch (key.sequence === '/' || key.sequence === '?' ? key.sequence : key.name) {
    case 'q':
      return [ui, 'quit'];
    case 'up':
    case 'k':
      return [move(calm, entities, -1), 'none'];
    case 'down':
    case 'j':
      return [move(calm, entities, 1), 'none'];
    case 'pageup':
      return [move(calm, entities, -10), 'none'];
    case 'pagedown':
      return [move(calm, entities, 10), 'none'];
    case 'home':
      return [{ ...calm, selected: entities.at(0) }, 'none'];
    case 'end':
      return [{ ...calm, selected: entities.at(-1) }, 'none'];
    case 'space':
    case 'return':
      return [calm, 'act'];
    case 'right':
      return [calm, 'brighter'];
    case 'left':
      return [calm, 'darker'];
    case '/':
      return [{ ...calm, typing: true }, 'none'];
    case 'escape':
      return [{ ...calm, filter: '' }, 'none'];
    case '?':
      return [{ ...calm, help: true }, 'none'];
    default:
      return [calm, 'none'];
  }
}

/** The entity that is selected: the first one while none was, or when the one that was is not on show. */
export function selection(ui: Ui, entities: readonly string[]): string | undefined {
  return ui.selected !== undefined && entities.includes(ui.selected) ? ui.selected : entities[0];
}

function move(ui: Ui, entities: readonly string[], by: number): Ui {
  const current = selection(ui, entities);
  const at = current === undefined ? 0 : entities.indexOf(current);
  const next = Math.min(Math.max(at + by, 0), entities.length - 1);
  return { ...ui, selected: entities[next] };
}

const MAX_FILTER = 64;

function type(ui: Ui, key: Key): Ui {
  if (key.name === 'return') return { ...ui, typing: false };
  if (key.name === 'escape') return { ...ui, typing: false, filter: '' };
  if (key.name === 'backspace') return { ...ui, filter: ui.filter.slice(0, -1) };
  const { sequence = '' } = key;
  if (key.ctrl === true || sequence === '' || /\p{Cc}/u.test(sequence)) return ui;
  return { ...ui, filter: (ui.filter + sequence).slice(0, MAX_FILTER) };
}
