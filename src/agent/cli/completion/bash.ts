import type { CommandSpec } from './spec.ts';

/** Loaded by `eval "$(pinbus completion bash)"`. Needs nothing but bash 3.2. */
export function bashCompletion(specs: readonly CommandSpec[]): string {
  return `# pinbus completion for bash
_pinbus() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path=pinbus words= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in
      ${below(specs)}) path="$path \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$path $prev" in
${specs.flatMap(afterOption).join('\n')}
  esac
  case $path in
${specs.map((spec) => `    ${quoted(spec.path)}) words=${quoted(wordsOf(spec).join(' '))} ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _pinbus pinbus
`;
}

function below(specs: readonly CommandSpec[]): string {
  return specs
    .slice(1)
    .map(({ path }) => quoted(path))
    .join(' | ');
}

function afterOption(spec: CommandSpec): readonly string[] {
  return spec.options.flatMap(({ flags, value }) => {
    if (value === 'none') return [];
    const pattern = flags.map((flag) => quoted(`${spec.path} ${flag}`)).join(' | ');
    const reply =
      value === 'file'
        ? 'compgen -f -- "$cur"'
        : `compgen -W ${quoted(value === 'free' ? '' : value.join(' '))} -- "$cur"`;
    return [`    ${pattern}) COMPREPLY=($(${reply})); return ;;`];
  });
}

function wordsOf({ commands, options, values }: CommandSpec): readonly string[] {
  return [...commands.map(({ name }) => name), ...values, ...options.flatMap(({ flags }) => flags)];
}

const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
