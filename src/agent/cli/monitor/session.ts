import { emitKeypressEvents } from 'node:readline';
import type { ClientOptions } from '#broker';
import type { Terminal } from '../io.ts';
import { act, type Command, dim } from './command.ts';
import type { EntityModel } from './entity.ts';
import { Feed } from './feed.ts';
import { Model, MONITOR_FILTERS } from './model.ts';
import { render, shownEntities } from './render.ts';
import { Screen } from './screen.ts';
import { FIRST_UI, type Key, press, selection, type Ui } from './ui.ts';

/** Ten pictures a second at most; curves move on once a second when nothing comes. */
const FRAME_MS = 100;
const IDLE_MS = 1_000;

/** From the first picture to the last: the feed, the keys and the screen around the model. */
export class Monitor {
  readonly #terminal: Terminal;
  readonly #options: ClientOptions;
  readonly #colour: boolean;
  readonly #model = new Model();
  readonly #screen: Screen;
  readonly #feed: Feed;
  #ui: Ui = FIRST_UI;
  #connection = 'connecting';
  #changed = true;
  #drawn_ms = 0;

  constructor(terminal: Terminal, options: ClientOptions, colour: boolean) {
    this.#terminal = terminal;
    this.#options = options;
    this.#colour = colour;
    this.#screen = new Screen(terminal.output);
    this.#feed = new Feed(options, MONITOR_FILTERS, {
      message: (message) => {
        this.#model.accept(message, performance.now());
        this.#changed = true;
      },
      connection: (state) => {
        this.#connection = state;
        this.#changed = true;
      },
    });
  }

  /** Ends when the person quits or a signal asks for it. */
  async run(): Promise<void> {
    const { input, output } = this.#terminal;
    const ending = new AbortController();
    await this.#feed.start(ending.signal);
    const resize = () => {
      this.#screen.forget();
      this.#changed = true;
    };
    const end = () => ending.abort();
    const key = (_text: string | undefined, key: Key) => this.#press(key, end);
    const frames = setInterval(() => this.#frame(), FRAME_MS);
    this.#screen.start();
    emitKeypressEvents(input);
    input.setRawMode(true);
    input.on('keypress', key);
    output.on('resize', resize);
    for (const signal of SIGNALS) process.once(signal, end);
    try {
      await aborted(ending.signal);
    } finally {
      clearInterval(frames);
      for (const signal of SIGNALS) process.removeListener(signal, end);
      output.removeListener('resize', resize);
      input.removeListener('keypress', key);
      input.setRawMode(false);
      input.pause();
      this.#screen.stop();
      await this.#feed.stop();
    }
  }

  #frame(): void {
    const now_ms = performance.now();
    if (!this.#changed && now_ms - this.#drawn_ms < IDLE_MS) return;
    this.#changed = false;
    this.#drawn_ms = now_ms;
    const { columns, rows } = this.#terminal.output;
    const view = {
      model: this.#model,
      ui: this.#ui,
      url: this.#options.url,
      connection: this.#connection,
      now_ms,
      colour: this.#colour,
    };
    this.#screen.draw(render(view, { columns, rows }));
  }

  #press(key: Key, end: () => void): void {
    const shown = shownEntities(this.#model, this.#ui);
    const [ui, intent] = press(this.#ui, key, shown);
    this.#ui = ui;
    this.#changed = true;
    if (intent === 'quit') end();
    if (intent === 'redraw') this.#screen.forget();
    const entity = this.#entity(selection(ui, shown));
    if (entity === undefined) return;
    if (intent === 'act') this.#send(act(entity));
    if (intent === 'brighter') this.#send(dim(entity, 1));
    if (intent === 'darker') this.#send(dim(entity, -1));
  }

  #entity(key: string | undefined): EntityModel | undefined {
    const [node = '', entity = ''] = key?.split('/') ?? [];
    return this.#model.nodes.get(node)?.entities.get(entity);
  }

  #send(command: Command): void {
    if (command.topic === undefined) {
      this.#notice(command.reason);
      return;
    }
    const { topic, payload } = command;
    this.#notice(`${payload} → ${topic}`);
    this.#feed.publish(topic, payload).catch((error: unknown) => {
      this.#notice(error instanceof Error ? error.message : String(error));
    });
  }

  #notice(notice: string): void {
    this.#ui = { ...this.#ui, notice };
    this.#changed = true;
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
