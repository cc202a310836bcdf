import type { CommandSpec, OptionSpec } from './spec.ts';

/** Loaded by `pinbus completion fish | source`, or put into ~/.config/fish/completions/pinbus.fish. */
export function fishCompletion(specs: readonly CommandSpec[]): string {
  return `# pinbus completion for fish
function __pinbus_at
    set -l path pinbus
    for word in (commandline -opc)[2..-1]
        switch "$path $word"
            case ${specs
              .slice(1)
              .map(({ path }) => quoted(path))
              .join(' ')}
                set path "$path $word"
        end
    end
    test "$path" = "$argv"
end
complete -c pinbus -f
${specs.flatMap(linesOf).join('\n')}
`;
}

function linesOf(spec: CommandSpec): readonly string[] {
  const at = `complete -c pinbus -n ${quoted(`__pinbus_at ${spec.path}`)}`;
  return [
    ...spec.commands.map(({ name, summary }) => `${at} -a ${quoted(name)} -d ${quoted(summary)}`),
    ...spec.values.map((value) => `${at} -a ${quoted(value)}`),
    ...spec.options.map((option) => `${at}${flagsOf(option)}${valueOf(option)} -d ${quoted(option.summary)}`),
  ];
}

function flagsOf({ flags }: OptionSpec): string {
  return flags.map((flag) => (flag.startsWith('--') ? ` -l ${flag.slice(2)}` : ` -s ${flag.slice(1)}`)).join('');
}

function valueOf({ value }: OptionSpec): string {
  if (value === 'none') return '';
  if (value === 'file') return ' -r -F';
  return value === 'free' ? ' -x' : ` -x -a ${quoted(value.join(' '))}`;
}

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
