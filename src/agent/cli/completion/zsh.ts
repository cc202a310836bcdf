import type { CommandSpec, Word } from './spec.ts';

/** Loaded by `eval "$(pinbus completion zsh)"` after compinit, or put as `_pinbus` into a folder of `fpath`. */
export function zshCompletion(specs: readonly CommandSpec[]): string {
  return `#compdef pinbus
_pinbus() {
  local path_=pinbus previous=\${words[CURRENT-1]} i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    case "$path_ \${words[i]}" in
      ${specs
        .slice(1)
        .map(({ path }) => `(${quoted(path)})`)
        .join('|')}) path_="$path_ \${words[i]}" ;;
    esac
  done
  case "$path_ $previous" in
${specs.flatMap(afterOption).join('\n')}
  esac
  case $path_ in
${specs.map((spec) => `    (${quoted(spec.path)}) found=(${wordsOf(spec).map(described).join(' ')}) ;;`).join('\n')}
  esac
  _describe -t values pinbus found
}
if [ "$funcstack[1]" = "_pinbus" ]; then
  _pinbus "$@"
else
  compdef _pinbus pinbus
fi
`;
}

function afterOption(spec: CommandSpec): readonly string[] {
  return spec.options.flatMap(({ flags, value }) => {
    if (value === 'none') return [];
    const pattern = flags.map((flag) => quoted(`${spec.path} ${flag}`)).join('|');
    const reply =
      value === 'file' ? '_files' : value === 'free' ? '_message value' : `compadd -- ${value.map(quoted).join(' ')}`;
    return [`    (${pattern}) ${reply}; return ;;`];
  });
}

function wordsOf({ commands, options, values }: CommandSpec): readonly Word[] {
  return [
    ...commands,
    ...values.map((name) => ({ name, summary: '' })),
    ...options.flatMap(({ flags, summary }) => flags.map((name) => ({ name, summary }))),
  ];
}

/** `name:summary`, as _describe takes it. */
function described({ name, summary }: Word): string {
  const colons = (text: string) => text.replaceAll(':', String.raw`\:`);
  return quoted(summary === '' ? colons(name) : `${colons(name)}:${colons(summary)}`);
}

const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
