import { Command } from 'commander';
import { openServiceNotify } from '#hw';
import { milliseconds } from '#topics';
import { systemClock } from '../clock.ts';
import { loadConfig } from '../config/load.ts';
import { whatToTry } from '../demo/what-to-try.ts';
import { EXIT } from '../lifecycle/exit-code.ts';
import { within } from '../lifecycle/sequence.ts';
import { Signals } from '../lifecycle/signals.ts';
import { Terminal } from '../lifecycle/terminal.ts';
import { Log, standardOutput } from '../log/log.ts';
import { Node } from '../node.ts';
import type { Io } from './io.ts';

/** The longest that outputs may take to reach their stop states after an uncaught error, and that all else may take. */
const SAFE_MS = milliseconds(2_000);
const CRASH_STOP_MS = milliseconds(5_000);
/** Milliseconds after the end in which whatever is still open has to close. */
const LINGER_MS = 1_000;

interface StartOptions {
  readonly config?: string;
}

export const startCommand = (io: Io): Command =>
  new Command('start')
    .description(
      'Run the node until SIGTERM or SIGINT: broker, pins, Home Assistant, bridges. Without a config, a demo.',
    )
    .option('-c, --config <file>', 'the config; else ./pinbus.yaml, /etc/pinbus/pinbus.yaml, the demo')
    .addHelpText(
      'after',
      `
SIGHUP reads the config again and applies what changed, and so does a change of the file.
A terminal that is closed ends the node that was started on it.

Examples:
  pinbus start                    the demo, when there is no config
  pinbus start -c porch.yaml      a node of your own`,
    )
    .action(({ config }: StartOptions) => runNode(config, io));

/** Settles when the node was told to stop and did. Throws why it could not start. */
async function runNode(file: string | undefined, io: Io): Promise<void> {
  const load = () => loadConfig({ file, env: io.env, cwd: io.cwd });
  const loaded = await load();
  const log = new Log(loaded.config.log.level, await standardOutput(io.isTerminal));
  const lifecycle = log.component('lifecycle');
  const notify = await openServiceNotify(io.env);
  const node = new Node({ loaded, load, notify, clock: systemClock, log });

  const stop = new AbortController();
  const terminal = new Terminal();
  let ready = false;
  const told = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
  const signals = new Signals(
    process,
    {
      stop: () => stop.abort(),
      force: (exit_code) => process.exit(exit_code),
      reload: () => (ready ? void node.reload('signal') : lifecycle.info('not ready yet: the config was just read')),
      lostTerminal: () => terminal.lost,
      crash: () => void endAfterCrash(node),
    },
    lifecycle,
  );
  signals.start();
  try {
    await node.start(stop.signal);
    ready = true;
    const ready_ms = Math.round(performance.now());
    lifecycle.info({ ready_ms, file: loaded.file, source: loaded.source }, `ready: ${node.status}`);
    if (loaded.source === 'demo' && io.isTerminal) {
      io.stdout.write(whatToTry(loaded.config.node.id, node.ports[0] ?? 1883));
    }
    await told;
    await node.stop();
    lifecycle.info('stopped');
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    lifecycle.info('stopped before it was ready');
  } finally {
    signals.stop();
    notify?.close();
    if (terminal.lost) {
      terminal.drop();
      process.exit();
    }
    // A socket or a thread that does not close keeps the process no longer; one that closes, not at all.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
}

/** What was uncaught may have broken anything: outputs first, then the rest if it still can, then the end. */
async function endAfterCrash(node: Node): Promise<void> {
  await within(SAFE_MS, node.makeSafe(), 'making outputs safe').catch(() => undefined);
  await within(CRASH_STOP_MS, node.stop(), 'stopping').catch(() => undefined);
  process.exit(EXIT.software);
}
