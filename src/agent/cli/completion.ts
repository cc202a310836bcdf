import { Argument, Command } from 'commander';
import { bashCompletion } from './completion/bash.ts';
import { fishCompletion } from './completion/fish.ts';
import { specsOf } from './completion/spec.ts';
import { zshCompletion } from './completion/zsh.ts';
import type { Io } from './io.ts';
import { loadProgram } from './run.ts';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export const completionCommand = (io: Io): Command =>
  new Command('completion')
    .description('Print what makes a shell complete the words of pinbus.')
    .addArgument(new Argument('<shell>').choices(Object.keys(SHELLS)))
    .addHelpText(
      'after',
      `
Examples:
  eval "$(pinbus completion bash)"                    in ~/.bashrc
  eval "$(pinbus completion zsh)"                     in ~/.zshrc, after compinit
  pinbus completion fish > ~/.config/fish/completions/pinbus.fish`,
    )
    .action(async (shell: keyof typeof SHELLS) => {
      io.stdout.write(SHELLS[shell](specsOf(await loadProgram(io, { all: true }))));
    });
