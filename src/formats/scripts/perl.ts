import { LIMITS } from '../../limits.ts';
import { codeLines } from './code-lines.ts';
import { type Dialect, type StartedPrograms, startedReader } from './started.ts';

/** What a text of Perl says that it loads. Only running it would tell all: the language's own documents say that nothing else can parse it. */
export interface PerlNames extends StartedPrograms {
  /** Modules that are loaded while the text is compiled, wherever it says so: `use`, `no`, `use parent`. */
  readonly uses: readonly string[];
  /** Modules (`A::B`) and files (`a/b.pl`) that it asks for at its own level. */
  readonly requires: readonly string[];
  /** The same in functions and under conditions, and names of modules in its texts; `A::*`: any whose name begins so, `A::*::*`: and below those; `*`, `*::Plugin`: as its own, and more. */
  readonly mentions: readonly string[];
  /** Single words that could be the last part of a module's name, whose first is given elsewhere. */
  readonly words: readonly string[];
  /** Folders that it puts on the search path; `.` is its own. */
  readonly folders: readonly string[];
}

/** `=pod`, and what ends the code. */
const DOCUMENT = { begins: /^=[a-zA-Z]/, ends: /^=cut\b/ };
const END = /^__(?:END|DATA)__\s*$/;
const NAME = "[A-Za-z_]\\w{0,100}(?:(?:::|')\\w{1,100}){0,20}";
/** A statement; of `use` and `no` it counts wherever it stands. */
const STATEMENT = new RegExp(`(?:^|[;{}])[ \\t]{0,80}(?:use|no)[ \\t]{1,80}(${NAME})([^;]{0,4000})`, 'g');
const REQUIRE = new RegExp(
  `(?<![\\w$@%&>:-])require[ \\t(]{1,80}(${NAME}(?![\\w:])|"[^"$@\\n]{1,200}"|'[^'\\n]{1,200}')`,
  'g',
);
/** `do './settings'`, a file that is run each time; `do 'a' . $b` is none that is told. https://perldoc.perl.org/functions/do#do-EXPR */
const DO = /(?<![\w$@%&>:-])do[ \t(]{1,80}("[^"$@\n]{1,200}"|'[^'\n]{1,200}')(?![ \t]{0,80}\.)/g;
/** Names of modules in texts and lists of words, and those that begin with a constant: `"LWP::Protocol::$scheme"`, `'URI::' . $scheme`. */
const TEXT = new RegExp(`(?<=^|["'(<[{/\\s])(${NAME.replace('{0,20}', '{1,20}')})(?=["')>\\]}/\\s]|$)`, 'g');
const BEGINNING = new RegExp(`["'](${NAME})::(?:["']|\\$(\\{?\\w{1,80}\\}?::\\$)?)`, 'g');
/** The same, given apart to what loads a class by its last name: `load_class($server, 'Plack::Handler')`. https://metacpan.org/pod/Plack::Util */
const BEGINNING_GIVEN = new RegExp(`\\bload_class[ \\t]{0,9}\\([^,;]{1,200},\\s{0,9}["'](${NAME})["']`, 'g');
/** The same, put together by its own package: `__PACKAGE__ . "::$name"`. */
const OWN_BEGINNING = /__PACKAGE__\s{0,20}\.\s{0,20}["']::/;
/** Where names of modules are looked for by the folder that they lie in. */
const NAMESPACES = /namespace|search_path|find_modules|Module::(?:Pluggable|Find)/i;
/** Texts of one word, and lists of words: `implementations => ['XS', 'PP']`, `plugin('DefaultHelpers')`, `qw(EPRenderer TagHelpers)`. */
const SINGLE = /(["'])([A-Z]\w{1,100})\1/g;
const LISTED = /\bqw\s{0,20}[([{/<]([^)\]}/>]{1,2000})/g;
/** What Moo, Moose, Mouse and Role::Tiny have modules say at their own level: the classes and roles that they are made of, which are loaded at once. */
const MADE_OF = /^(?:with|extends)[ \t(]([^;]{0,4000})/;
/** A list that goes on over lines: `use parent qw(`, `with qw<`. */
const BEGUN = /(?:^(?:with|extends)\b|(?:^|[;{}])[ \t]{0,80}(?:use|no)[ \t])[^;]*$/;
/** A module's own name where others are looked for: `search_path => [__PACKAGE__]`. */
const OWN_NAMESPACE = /\bsearch_path\b[^;]{0,80}\b__PACKAGE__\b/;
/** https://metacpan.org/pod/Module::Pluggable looks below `Plugin` of whoever uses it, if nothing else is said. */
const PLUGGABLE = /^Module::Pluggable$/;
/** Pragmas whose words are modules. */
const TAKES_MODULES = /^(?:parent|base|if|autouse|aliased|only|superclass|Mojo::Base|Mojolicious::Lite|fields)$/;
/** What a line uses without naming it, by how it is written. */
const WITHOUT_NAME: readonly (readonly [RegExp, readonly string[]])[] = [
  [/:encoding\(/, ['PerlIO::encoding', 'Encode']],
  [/[$%]!\{|%!/, ['Errno']],
  [/%[+-](?![\w({$])|\$[+-]\{/, ['Tie::Hash::NamedCapture']],
  [/\bglob\b|<[^<>\s$=*?]{0,100}[*?][^<>\s]{0,100}>/, ['File::Glob']],
  [/\\N\{/, ['_charnames', 'unicore::Name']],
  [/\bopen\b[^;]{0,200},\s{0,20}\\/, ['PerlIO::scalar']],
  [/\b(?:sub|my|our)\b[^;:{]{0,200}(?<!:):(?!:)\s{0,20}[A-Za-z]/, ['attributes']],
];

/** https://perldoc.perl.org/functions/system , https://perldoc.perl.org/functions/open , https://perldoc.perl.org/IPC::Open3 , https://metacpan.org/pod/IPC::System::Simple */
const STARTS: Dialect = {
  calls:
    /(?<![\w$@%&>:{]|\bsub[ \t]{1,9})(?:CORE::)?(?:system|exec|systemx|capturex|(?<open>open)|(?<behind>open[23]))(?:[ \t]{0,80}\(|(?=[ \t]{1,80}["'$@{\w]))(?![ \t]{0,80}=>)/g,
  before: /[ \t]{0,80}/y,
  list: /qw[ \t]{0,9}[([{/<]([^)\]}/>]{0,1000})[)\]}/>]/y,
  command: /(?<![\w$@%&\\])`|(?<![\w$@%&>{-])qx[ \t]{0,9}[^\w\s,;=)]/y,
  put: /\$\{?\w[\w:]{0,80}\}?(?:(?:->)?[[{][^\]}]{0,80}[\]}]){0,9}|@\{?\w[\w:]{0,80}\}?/g,
};

/** Reads a text of Perl for what it loads and starts. */
export function perlNames(text: string): PerlNames {
  const kept = {
    uses: new Set<string>(),
    requires: new Set<string>(),
    mentions: new Set<string>(),
    words: new Set<string>(),
    folders: new Set<string>(),
  };
  const started = startedReader(STARTS);
  let begun = '';
  for (const line of codeLines(text, { document: DOCUMENT, end: END })) {
    started.line(line, /^\S/.test(line));
    // A list of words goes on over lines: `use parent qw(`.
    const isOpen = begun !== '' && begun.length + line.length < OPEN_BYTES;
    const whole = isOpen ? `${begun} ${line}` : line;
    begun = BEGUN.test(whole) ? whole : '';
    if (begun !== '') continue;
    readLine(whole, kept);
    if (kept.uses.size + kept.mentions.size + kept.words.size > LIMITS.scriptNames) break;
  }
  if (begun !== '') readLine(begun, kept);
  return {
    uses: [...kept.uses],
    requires: [...kept.requires],
    mentions: [...kept.mentions],
    words: [...kept.words],
    folders: [...kept.folders],
    ...started.told(),
  };
}

/** Characters of a statement that goes on over lines. */
const OPEN_BYTES = 8_000;

interface Kept {
  readonly uses: Set<string>;
  readonly requires: Set<string>;
  readonly mentions: Set<string>;
  readonly words: Set<string>;
  readonly folders: Set<string>;
}

function readLine(line: string, { uses, requires, mentions, words, folders }: Kept): void {
  for (const [, name = '', rest = ''] of line.matchAll(STATEMENT)) {
    if (name === 'lib') for (const folder of foldersIn(rest)) folders.add(folder);
    // `use v5.36`
    else if (/^v\d/.test(name)) mentions.add('feature');
    else uses.add(plain(name));
    if (PLUGGABLE.test(name) && !rest.includes('search_path')) mentions.add('*::Plugin');
    if (!TAKES_MODULES.test(name)) continue;
    const isSure = (name === 'parent' || name === 'base') && !rest.includes('-norequire');
    for (const [word] of rest.matchAll(WORD)) if (word !== 'qw') (isSure ? uses : mentions).add(plain(word));
  }
  for (const [, name = ''] of line.matchAll(REQUIRE)) {
    const asked = /^["']/.test(name) ? name.slice(1, -1) : plain(name);
    (/^require\b/.test(line) && !/\b(?:if|unless)\b/.test(line) ? requires : mentions).add(asked);
  }
  for (const [, file = ''] of line.matchAll(DO)) mentions.add(file.slice(1, -1));
  const made = MADE_OF.exec(line)?.[1] ?? '';
  // Of what is said beside a role (`=> { -alias => { x => 'y' } }`) nothing is a module; braces lie two deep.
  const bare = made.replace(OPTIONS, '').replace(OPTIONS, '');
  for (const [, name = ''] of bare.matchAll(QUOTED)) uses.add(plain(name));
  const isSearched = NAMESPACES.test(line);
  for (const [, name = ''] of line.matchAll(TEXT)) {
    mentions.add(plain(name));
    if (isSearched) mentions.add(`${plain(name)}::*`);
  }
  for (const [, , word = ''] of line.matchAll(SINGLE)) words.add(word);
  for (const [, list = ''] of line.matchAll(LISTED))
    for (const word of list.split(/\s+/)) if (/^[A-Z]\w{1,100}$/.test(word)) words.add(word);
  for (const [, name = '', goesOn] of line.matchAll(BEGINNING))
    mentions.add(`${plain(name)}::*${goesOn === undefined ? '' : '::*'}`);
  for (const [, name = ''] of line.matchAll(BEGINNING_GIVEN)) mentions.add(`${plain(name)}::*`);
  if (OWN_BEGINNING.test(line) || OWN_NAMESPACE.test(line)) mentions.add('*');
  for (const [pattern, names] of WITHOUT_NAME) if (pattern.test(line)) for (const name of names) mentions.add(name);
}

/** Names in quotes and in lists of words. */
const QUOTED = new RegExp(`(?<=["'(<[{/\\s])(?<!\\bqw\\s{0,9})(${NAME})(?=["')>\\]}/\\s])`, 'g');
const OPTIONS = /\{[^{}]{0,2000}\}/g;
const WORD = new RegExp(`(?<![\\w$@%&:-])${NAME}`, 'g');
/** In old texts the parts of a name are apart by `'`. */
const plain = (name: string): string => name.replaceAll("'", '::');

/** Folders in the words of `use lib`: constants; `./lib` is beside the script, `lib` where it was started. */
function foldersIn(words: string): string[] {
  const isByFile = words.includes('__FILE__');
  const texts = [...words.matchAll(/["'](\$(?:FindBin::)?(?:Real)?Bin\b)?([^"'$@\n]{0,500})["']/g)].map(
    ([, bin, folder = '']) =>
      bin !== undefined || isByFile ? `.${folder.startsWith('/') ? '' : '/'}${folder}` : folder,
  );
  const listed = /\bqw\s{0,20}(?:\[([^\]]{1,2000})|\(([^)]{1,2000})|\{([^}]{1,2000})|\/([^/]{1,2000}))/.exec(words);
  const list =
    listed
      ?.slice(1)
      .find((part) => part !== undefined)
      ?.trim()
      .split(/\s+/) ?? [];
  return [...texts, ...list].filter((folder) => folder !== '');
}
