import type { Command } from 'commander';

/** What a shell has to know of one command: a plain picture of commander's tree. */
export interface CommandSpec {
  /** The words that lead to it, such as `pinbus user add`. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly OptionSpec[];
  /** Words that the first argument with a closed set of values takes. */
  readonly values: readonly string[];
}

export interface Word {
  readonly name: string;
  readonly summary: string;
}

export interface OptionSpec {
  /** `-c`, `--config`. */
  readonly flags: readonly string[];
  readonly summary: string;
  /** What stands after it: nothing, a file, one of some values, or something that only the person knows. */
  readonly value: 'none' | 'file' | 'free' | readonly string[];
}

/** The command and all below it, each before those below it. */
export function specsOf(command: Command, above = ''): readonly CommandSpec[] {
  const path = above === '' ? command.name() : `${above} ${command.name()}`;
  const help = command.createHelp();
  const spec: CommandSpec = {
    path,
    commands: help.visibleCommands(command).map((child) => ({
      name: child.name(),
      summary: child.summary() || child.description(),
    })),
    options: help.visibleOptions(command).map((option) => ({
      flags: [option.short, option.long].filter((flag) => flag !== undefined),
      summary: option.description,
      value: option.argChoices ?? (!option.required && !option.optional ? 'none' : valueOf(option.flags)),
    })),
    values: command.registeredArguments.find(({ argChoices }) => argChoices !== undefined)?.argChoices ?? [],
  };
  return [spec, ...command.commands.flatMap((child) => specsOf(child, path))];
}

const valueOf = (flags: string) => (/<(file|folder)>/.test(flags) ? 'file' : 'free');
