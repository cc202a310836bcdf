import { Command, CommanderError } from 'commander';
import { COMMANDS } from './commands.ts';
import type { CommandEntry } from './commands.ts';
import { EXIT, exitCodeOf } from '../lifecycle/exit-code.ts';
import type { ExitCode } from '../lifecycle/exit-code.ts';
import { Exit } from './exit.ts';
import { describeFailure } from './failure.ts';
import type { Io } from './io.ts';
import { version } from './version.ts';

/** Runs one command line, without the program's own name, to its end. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  try {
    const program = await loadProgram(io, wantedCommand(argv));
    await program.parseAsync(isHelpOnNothing(argv) ? argv.filter((word) => !HELP.has(word)) : argv, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (isStrayFile(error, argv)) io.stderr.write('(A config is named by -c FILE.)\n');
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof Exit) return error.exitCode;
    io.stderr.write(describeFailure(error, io));
    return exitCodeOf(error);
  }
}

/** The program with the named command loaded and the others as names, or with every command loaded. */
export async function loadProgram(io: Io, name: string | undefined | { readonly all: true }): Promise<Command> {
  const program = new Command('pinbus')
    .description('Turns a Raspberry Pi into a node on an MQTT bus.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.columns,
      getErrHelpWidth: () => io.columns,
      getOutHasColors: () => io.colour,
      getErrHasColors: () => io.colour,
    })
    .addHelpText(
      'after',
      `
Examples:
  pinbus start                                          the demo, when there is no config
  pinbus start -c porch.yaml                            a node of your own
  pinbus monitor                                        see it live
  pinbus pub pinbus/v1/porch/porch_lamp/set ON          switch something
  pinbus help sub                                       more about one command`,
    );
  for (const entry of COMMANDS) {
    const wanted = typeof name === 'object' || entry.name === name;
    program.addCommand(wanted ? await loadCommand(entry, program, io) : placeholder(entry));
  }
  return program;
}

async function loadCommand(entry: CommandEntry, program: Command, io: Io): Promise<Command> {
  const factory = await entry.load();
  const command = factory(io).summary(entry.summary);
  inherit(command, program);
  return command;
}

/** What a command made on its own lacks: the program's streams, and that it throws instead of ending the process. */
function inherit(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inherit(child, command);
}

function placeholder(entry: CommandEntry): Command {
  return new Command(entry.name).summary(entry.summary).usage('[options]');
}

function wantedCommand(argv: readonly string[]): string | undefined {
  const [first, second] = argv.filter((word) => !word.startsWith('-'));
  return first === 'help' ? second : first;
}

const HELP: ReadonlySet<string> = new Set(['help', '--help', '-h']);

/** `help moniter`, `moniter --help`: commander would show the whole help, and not say why. Without the `help` the command is unknown. */
function isHelpOnNothing(argv: readonly string[]): boolean {
  const wanted = wantedCommand(argv);
  return wanted !== undefined && wanted !== 'help' && !COMMANDS.some(({ name }) => name === wanted);
}

/** `pinbus check porch.yaml`. */
const isStrayFile = (error: unknown, argv: readonly string[]): boolean =>
  error instanceof CommanderError &&
  error.code === 'commander.excessArguments' &&
  argv.some((word) => /\.ya?ml$/.test(word));
