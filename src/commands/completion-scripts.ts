import type { Shell } from './completion.ts';
import { GLOBAL_OPTIONS, OPTIONS, type OptionSpec } from './options/index.ts';

/** One thing that can stand at a place of the line, and what it is. */
interface Word {
  readonly word: string;
  readonly text: string;
}

/** The script that makes a shell complete the command line, from the table of options. */
export function completionScript(shell: Shell): string {
  if (shell === 'bash') return bash();
  return shell === 'zsh' ? zsh() : fish();
}

const COMMANDS: readonly string[] = [...new Set([...OPTIONS.keys()].map((path) => path.split(' ')[0] as string))];
const UNDER: readonly string[] = [...OPTIONS.keys()].filter((path) => path.includes(' '));
/** Commands that have others below them, with the words of these. */
const PARENTS: ReadonlyMap<string, readonly string[]> = new Map(
  COMMANDS.flatMap((name) => {
    const below = UNDER.filter((path) => path.startsWith(`${name} `)).map((path) => path.slice(name.length + 1));
    return below.length > 0 ? [[name, below] as const] : [];
  }),
);

/** Other names of commands, as `commander` has them. */
export const ALIASES: ReadonlyMap<string, string> = new Map([
  ['image', 'scan'],
  ['sbom', 'inventory'],
  ['what-gives', 'compare'],
]);
/** Every word that can stand first, but for the other names, which mean what is there already. */
const FIRST: readonly string[] = [...COMMANDS, 'help'];
/** Words of the line, each with the path of the commands that they make where they follow that before. */
const STEPS: readonly (readonly [before: string, word: string, path: string])[] = [
  ...COMMANDS.map((name) => ['', name, name] as const),
  ...[...ALIASES].map(([alias, name]) => ['', alias, name] as const),
  ['', 'help', 'help'],
  ...UNDER.map((path) => [...path.split(' '), path] as unknown as readonly [string, string, string]),
];

/** The words of an option: `--fail-on`, `-f`, `--no-cache`. */
function flags({ name, short, negated, text }: OptionSpec): readonly Word[] {
  const long = [...(negated === 'off' ? [] : [`--${name}`]), ...(negated ? [`--no-${name}`] : [])];
  return [...(short ? [`-${short}`] : []), ...long].map((word) => ({ word, text }));
}

const specsOf = (path: string): readonly OptionSpec[] => [...(OPTIONS.get(path) ?? []), ...GLOBAL_OPTIONS];
const valuesOf = ({ choices, offers }: OptionSpec): readonly string[] => choices ?? offers ?? [];

/** A value as a shell reads it back where it splits words: `epss>0.5` would send the output into a file. */
const escaped = (value: string): string => value.replace(/[\\<>&|;()$`"'*?~#\s]/g, '\\$&');

/** `case` branches over the words of the line. */
const branch = (pattern: string, body: string): string => `    ${pattern}) ${body} ;;\n`;

function bash(): string {
  const values = [...OPTIONS.keys()]
    .flatMap((path) =>
      specsOf(path).flatMap((spec) => {
        if (spec.value === undefined) return [];
        const pattern = flags(spec)
          .map(({ word }) => `"${path} ${word}"`)
          .join('|');
        const known = valuesOf(spec).map(escaped).join(' ');
        if (known) return [branch(pattern, `words="${known}"`)];
        if (!spec.completes) return [branch(pattern, 'return')];
        return [
          branch(pattern, spec.completes === 'folder' ? 'compopt -o dirnames; return' : 'compopt -o default; return'),
        ];
      }),
    )
    .join('');
  const options = [...OPTIONS.keys()]
    .map((path) =>
      branch(
        `"${path}"`,
        `words="${specsOf(path)
          .flatMap((spec) => flags(spec).map(({ word }) => word))
          .join(' ')}"`,
      ),
    )
    .join('');
  return `# plimsoll completion bash
_plimsoll() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" path="" word words="" list=""
  COMPREPLY=()
  # Readline takes "--format=json" for three words.
  if [ "$current" = "=" ]; then current=""; elif [ "$before" = "=" ]; then before="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
${STEPS.map(([from, word, path]) => `      "${from} ${word}") path="${path}" ;;\n`).join('')}    esac
  done
  case "$path $before" in
${values}  esac
  if [ -n "$words" ]; then
    # Of a list only the last item is being written.
    case "$current" in *,*) list="\${current%,*},"; current="\${current##*,}" ;; esac
    COMPREPLY=($(compgen -P "$list" -W "$words" -- "$current"))
    COMPREPLY=("\${COMPREPLY[@]//>/\\\\>}")
    return
  fi
  if [ -z "$path" ] && [[ "$current" != -* ]]; then
    COMPREPLY=($(compgen -W "${FIRST.join(' ')}" -- "$current"))
    return
  fi
  case "$path" in
${branch('""', `words="${GLOBAL_OPTIONS.flatMap((spec) => flags(spec).map(({ word }) => word)).join(' ')} --help --version"`)}${options}  esac
  case "$path" in
${[...PARENTS].map(([name, below]) => `    ${name}) [[ "$current" == -* ]] || { COMPREPLY=($(compgen -W "${below.join(' ')}" -- "$current")); return; } ;;\n`).join('')}    completion) [[ "$current" == -* ]] || { COMPREPLY=($(compgen -W "bash zsh fish" -- "$current")); return; } ;;
    help) COMPREPLY=($(compgen -W "${COMMANDS.join(' ')}" -- "$current")); return ;;
  esac
  if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "$words --help" -- "$current")); else compopt -o default; fi
}
complete -F _plimsoll plimsoll
`;
}

/** Text inside zsh's `[...]` and single quotes. */
const quoted = (text: string): string => text.replace(/'/g, "'\\''").replace(/([[\]:])/g, '\\$1');

function zshOption(spec: OptionSpec): string {
  const value = (): string => {
    if (spec.value === undefined) return '';
    // A colon ends a part of what _arguments is told; _values, which reads them after it, ends a name with one as well.
    const known = valuesOf(spec).map(escaped);
    const what = quoted(spec.value);
    if (known.length > 0)
      return spec.many === 'commas'
        ? `:${what}:_values -s , ${what} ${known.map((value) => value.replaceAll(':', '\\\\\\:')).join(' ')}`
        : `:${what}:(${known.map((value) => value.replaceAll(':', '\\:')).join(' ')})`;
    return spec.completes ? `:${what}:_files${spec.completes === 'folder' ? ' -/' : ''}` : `:${what}: `;
  };
  return flags(spec)
    .map(({ word, text }) => `'${spec.many ? '*' : ''}${word}[${quoted(text)}]${value()}'`)
    .join(' ');
}

const ZSH_HELP = "'(-h --help)'{-h,--help}'[display help for command]'";

function zsh(): string {
  const options = (path: string): string =>
    [
      ...specsOf(path).map(zshOption),
      ZSH_HELP,
      ...(path === 'completion' ? ["'1:shell:(bash zsh fish)'"] : ["'*:target:_files'"]),
    ].join(' \\\n        ');
  const named = (path: string): string =>
    [path.split(' ').at(-1), ...[...ALIASES].flatMap(([alias, name]) => (name === path ? [alias] : []))].join('|');
  const cases = (paths: readonly string[]): string =>
    paths.map((path) => `      ${named(path)})\n        _arguments ${options(path)} ;;\n`).join('');
  const parents = [...PARENTS].map(
    ([name, below]) => `_plimsoll_${name}() {
  local -a commands=(${below.join(' ')})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case $words[2] in
${cases(below.map((word) => `${name} ${word}`))}  esac
}
`,
  );
  return `#compdef plimsoll
${parents.join('')}_plimsoll() {
  local -a commands=(${FIRST.join(' ')})
  local context state line
  typeset -A opt_args
  _arguments -C ${[...GLOBAL_OPTIONS.map(zshOption), ZSH_HELP, "'(-v --version)'{-v,--version}'[output the version number]'"].join(' ')} '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe command commands ;;
    argument)
      case $words[1] in
${[...PARENTS.keys()].map((name) => `      ${name}) _plimsoll_${name} ;;\n`).join('')}      help) _arguments '1:command:(${COMMANDS.join(' ')})' ;;
${cases(COMMANDS.filter((name) => !PARENTS.has(name)))}      esac ;;
  esac
}
if [ "$funcstack[1]" = "_plimsoll" ]; then _plimsoll "$@"; else compdef _plimsoll plimsoll; fi
`;
}

/** Text inside fish's single quotes. */
const fished = (text: string): string => text.replace(/\\/g, '\\\\').replace(/'/g, "\\'");

function fishOption(condition: string, spec: OptionSpec): readonly string[] {
  const known = fished(valuesOf(spec).map(escaped).join(' '));
  const values = spec.many === 'commas' ? `(__plimsoll_list ${known})` : known;
  const value = spec.value === undefined ? '' : known !== '' ? ` -x -a '${values}'` : spec.completes ? ' -r -F' : ' -x';
  const long = [...(spec.negated === 'off' ? [] : [spec.name]), ...(spec.negated ? [`no-${spec.name}`] : [])];
  const short = spec.short ? ` -s ${spec.short}` : '';
  return long.map(
    (name, at) =>
      `complete -c plimsoll${condition}${at === 0 ? short : ''} -l ${name}${value} -d '${fished(spec.text)}'\n`,
  );
}

/** Which commands stand on the line, as one text; and the values of a list, behind those that are written already. */
const FISH_WORDS = `function __plimsoll_at
  set -l at ''
  for word in (commandline -opc)[2..]
    switch "$at $word"
${STEPS.map(([from, word, path]) => `      case '${from} ${word}'\n        set at '${path}'\n`).join('')}    end
  end
  test "$at" = "$argv[1]"
end
function __plimsoll_list
  set -l written (string match -r -- '^(?:.*,)' (string replace -r -- '^--[^=]*=' '' (commandline -ct)))
  for value in $argv
    echo -- "$written$value"
  end
end
`;

function fish(): string {
  const at = (path: string): string => ` -n '__plimsoll_at "${path}"'`;
  const offered = (path: string, words: readonly string[]): string =>
    `complete -c plimsoll${at(path)} -f -a '${words.join(' ')}'\n`;
  return [
    '# plimsoll completion fish\n',
    FISH_WORDS,
    ...GLOBAL_OPTIONS.flatMap((spec) => fishOption('', spec)),
    "complete -c plimsoll -s h -l help -d 'display help for command'\n",
    `complete -c plimsoll${at('')} -s v -l version -d 'output the version number'\n`,
    offered('', FIRST),
    offered('help', COMMANDS),
    ...[...PARENTS].map(([name, below]) => offered(name, below)),
    offered('completion', ['bash', 'zsh', 'fish']),
    ...[...OPTIONS].flatMap(([path, specs]) => specs.flatMap((spec) => fishOption(at(path), spec))),
  ].join('');
}
