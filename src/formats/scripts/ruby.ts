import { LIMITS } from '../../limits.ts';
import { codeLines } from './code-lines.ts';
import { type Dialect, type StartedPrograms, startedReader } from './started.ts';

/** What a text of Ruby says that it loads. */
export interface RubyNames extends StartedPrograms {
  /** Features (`json`, `cgi/util`) that it asks for at its own level; `./x` is beside itself. */
  readonly requires: readonly string[];
  /**
   * The same in methods and under conditions, what is loaded when a constant is asked for (`autoload`), `rack/*`: any whose name begins so, and `~/metal`:
   * in the folder that is called as the file is.
   */
  readonly mentions: readonly string[];
  /** Folders that it puts on the search path; `./lib` is beside itself. */
  readonly folders: readonly string[];
  /** A program of a gem that it runs: `[gem, program]`. */
  readonly program?: readonly [string, string];
}

const DOCUMENT = { begins: /^=begin\b/, ends: /^=end\b/ };
const END = /^__END__\s*$/;
const TEXT = `(?:"([^"\\\\\\n]{1,200})"|'([^'\\\\\\n]{1,200})')`;
/** `require 'json'`, `require_relative "a/b"`, `load 'x.rb'`; `autoload :Name, 'path'`. */
const ASKED = new RegExp(
  `(?<![\\w.:@$])(require|require_relative|load|autoload)[ \\t(]{1,80}(?::\\w{1,100},[ \\t]{0,80})?${TEXT}`,
  'g',
);
/** A folder of features, of which one is put together: `try_require('rack/handler', server)`, `require File.join('a/b', name)`. */
const FOLDER_GIVEN = new RegExp(
  `\\b\\w{0,40}(?:require|load)\\w{0,40}[ \\t(]{1,80}(?:(?:::)?File\\.join\\([ \\t]{0,9})?${TEXT}[ \\t]{0,9},`,
  'g',
);
/** Made of where the file is: `require File.expand_path('../lib/a', __FILE__)`, `require File.join(__dir__, 'a')`. */
const BESIDE = new RegExp(
  `(?<![\\w.:@$])(?:require|load|autoload)[ \\t(]{1,80}(?::\\w{1,100},[ \\t]{0,80})?File\\.(expand_path|join)\\b[^'"\\n]{0,80}${TEXT}`,
);
/** Rails finds the file by the constant: `autoload :UrlFor`, in `autoload_under "metal" do` below that. https://api.rubyonrails.org/classes/ActiveSupport/Autoload.html */
const BY_CONSTANT = /^[ \t]*(?:eager_)?autoload[ \t(]{1,80}:(\w{1,100})\)?[ \t]*$/;
const UNDER = /^[ \t]*autoload_under[ \t(]{1,80}["']([\w/]{1,100})["']/;
const AT = /^[ \t]*autoload_at[ \t(]{1,80}["']([\w/]{1,200})["']/;
/** All files of a folder beside this one: `Dir.glob(File.expand_path("core_ext/*.rb", __dir__)).each { |path| require path }`. */
const GLOBBED = new RegExp(`\\bDir(?:\\.glob|\\[)[^'"\\n]{0,80}${TEXT}`);
const SEARCHED = /\$(?:LOAD_PATH|:)(?!\w)[^'"\n]{0,80}(?:unshift|<<|push|insert|prepend)/;
const TEXTS = new RegExp(TEXT, 'g');
const PROGRAM = /\bactivate_bin_path\(\s{0,20}["']([\w.-]{1,100})["'],\s{0,20}["']([\w.-]{1,100})["']/;
/** What begins a part that need not run. `begin ... rescue LoadError` runs. */
const CONDITIONAL = /^([ \t]*)(?:def|if|unless|case|while|until|rescue|else|elsif|when)\b/;
/** A condition behind a statement. */
const MODIFIED = /\b(?:if|unless)\b[^'"]{1,200}$/;

/** https://docs.ruby-lang.org/en/master/Kernel.html#method-i-system , https://docs.ruby-lang.org/en/master/Open3.html */
const STARTS: Dialect = {
  calls:
    /(?<![\w.@$:]|\bdef[ \t]{1,9})(?:(?:(?:Kernel|Process)\.)?(?:system|exec|spawn|(?<pipe>open))|(?<text>IO\.popen)|Open3\.(?:capture|popen|pipeline)\w{0,9}|PTY\.spawn)(?:\(|(?=[ \t]{1,80}(?!(?:and|or|if|unless|do|then|rescue|in)\b)["'[{%*\w@$]))/g,
  before: /[ \t]{0,80}(?:\{[^}]{0,400}\}[ \t]{0,80},[ \t]{0,80})?/y,
  options: /\w{1,80}:(?!:)|:\w{1,80}[ \t]{0,80}=>|:|\*\*|\{/y,
  list: /\*?%[wW][[({<|]([^\])}>|]{0,1000})[\])}>|]/y,
  command: /(?<![\w\\.])`|(?<![\w%])%x[^\w\s=,;)]/y,
  put: /#\{[^}]{0,200}\}/g,
};

/** Reads a text of Ruby for what it loads and starts. Long because it is one pass over lines, whose cases share where they stand. */
export function rubyNames(text: string): RubyNames {
  const requires = new Set<string>();
  const started = startedReader(STARTS);
  const mentions = new Set<string>();
  const folders = new Set<string>();
  let program: readonly [string, string] | undefined;
  /** How far the innermost part that need not run is indented: nearly all Ruby is written so that this tells where it ends. */
  let within: number | undefined;
  let under: { readonly indent: number; readonly folder: string } | undefined;
  for (const line of codeLines(text, { document: DOCUMENT, end: END })) {
    const indent = /^[ \t]*/.exec(line)?.[0].length ?? 0;
    if (within !== undefined && (indent < within || (indent === within && /^[ \t]*end\b/.test(line))))
      within = undefined;
    if (within === undefined && CONDITIONAL.test(line) && !/\bend\s*$/.test(line)) within = indent;
    const isSure = within === undefined && !MODIFIED.test(line);
    started.line(line, isSure);
    for (const [, kind = '', double, single = ''] of line.matchAll(ASKED)) {
      const told = double ?? single;
      const cut = double?.indexOf('#{') ?? -1;
      const constant = cut < 0 ? told : `${told.slice(0, cut)}*`;
      // A name of which not even the beginning is told may be any.
      if (constant.startsWith('*')) continue;
      const name = kind === 'require_relative' ? `./${constant}` : constant;
      (isSure && kind !== 'autoload' && cut < 0 ? requires : mentions).add(name);
    }
    for (const [, double, single = ''] of line.matchAll(FOLDER_GIVEN)) {
      const folder = double ?? single;
      if (/^[a-z][\w/.-]{0,200}$/.test(folder)) mentions.add(`${folder}/*`);
    }
    const [, how, double, single] = BESIDE.exec(line) ?? [];
    const beside = double ?? single;
    // `File.expand_path('../a', __FILE__)` begins at the file, not at its folder.
    if (beside !== undefined)
      (isSure && !line.includes('autoload') ? requires : mentions).add(
        how === 'expand_path' && line.includes('__FILE__') ? `./${beside.replace(/^\.\.\//, '')}` : `./${beside}`,
      );
    const [, wide, narrow] = GLOBBED.exec(line) ?? [];
    const globbed = /^((?:[\w.-]{1,100}\/){1,8})(?:\*\*\/)?\*(?:\.rb)?$/.exec(wide ?? narrow ?? '')?.[1];
    if (globbed !== undefined && /__dir__|__FILE__/.test(line))
      mentions.add(`./${line.includes('__FILE__') ? globbed.replace(/^\.\.\//, '') : globbed}*`);
    if (under !== undefined && indent <= under.indent && line.trim() !== '') under = undefined;
    const folder = UNDER.exec(line)?.[1];
    if (folder !== undefined) under = { indent, folder: `${folder}/` };
    const at = AT.exec(line)?.[1];
    if (at !== undefined) mentions.add(at);
    const constant = BY_CONSTANT.exec(line)?.[1];
    if (constant !== undefined) mentions.add(`~/${under?.folder ?? ''}${underscored(constant)}`);
    if (SEARCHED.test(line))
      for (const [, double, single = ''] of line.matchAll(TEXTS)) {
        const folder = double ?? single;
        const isOwn = /__dir__|__FILE__/.test(line);
        folders.add(isOwn ? `./${line.includes('__FILE__') ? folder.replace(/^\.\.\//, '') : folder}` : folder);
      }
    const [, gem, name] = PROGRAM.exec(line) ?? [];
    if (gem !== undefined && name !== undefined) program = [gem, name];
    if (requires.size + mentions.size > LIMITS.scriptNames) break;
  }
  return {
    requires: [...requires],
    mentions: [...mentions],
    folders: [...folders],
    ...(program !== undefined && { program }),
    ...started.told(),
  };
}

/** `UrlFor` is in `url_for`, `API` in `api`. https://api.rubyonrails.org/classes/String.html#method-i-underscore */
const underscored = (name: string): string =>
  name.replace(/(?<=[A-Z\d])(?=[A-Z][a-z])|(?<=[a-z\d])(?=[A-Z])/g, '_').toLowerCase();
