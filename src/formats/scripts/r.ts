import { LIMITS } from '../../limits.ts';
import { type Dialect, type StartedPrograms, startedReader } from './started.ts';

/** What a text of R says that it loads: names of packages. */
export interface RNames extends StartedPrograms {
  /** Attached or asked for: `library(x)`, `import(x)` of a `NAMESPACE`, what a `DESCRIPTION` depends on. */
  readonly uses: readonly string[];
  /** Asked for when something is called: `x::y`, `requireNamespace("x")`, what a `DESCRIPTION` imports and suggests. */
  readonly mentions: readonly string[];
  /** Other texts that it runs: `source("a.R")`. */
  readonly sources: readonly string[];
}

const PACKAGE = '[A-Za-z][A-Za-z0-9.]{0,100}';
const ATTACHED = new RegExp(
  `(?<![\\w.])(?:library|require|import|importFrom|importClassesFrom|importMethodsFrom)\\(\\s{0,80}["']?(${PACKAGE})["']?\\s{0,80}([,)][^()\\n]{0,4000})?`,
  'g',
);
const NAMED = new RegExp(
  `(?<![\\w.])(?:requireNamespace|loadNamespace|getNamespace|use)\\(\\s{0,80}["'](${PACKAGE})["']`,
  'g',
);
const MEMBER = new RegExp(`(?<![\\w.:])(${PACKAGE}):::?[A-Za-z.]`, 'g');
const SOURCE = /(?<![\w.])(?:source|sys\.source)\(\s{0,80}["']([^"'\n]{1,300})["']/g;
const FIELD = /^(Depends|Imports|Suggests|LinkingTo|Enhances):((?:.*\n?)(?:[ \t].*\n?)*)/gm;

/** https://stat.ethz.ch/R-manual/R-devel/library/base/html/system.html , https://stat.ethz.ch/R-manual/R-devel/library/base/html/system2.html */
const STARTS: Dialect = {
  calls:
    /(?<![\w.$@:])(?:base::)?(?:(?<word>system2|processx::run|processx::process\$new|sys::exec_\w{1,20})|(?<text>system|shell|pipe))\(/g,
  before: /[ \t]{0,80}(?:command[ \t]{0,80}=[ \t]{0,80})?/y,
  options: /[\w.]{1,80}[ \t]{0,80}=(?!=)/y,
};

/** Reads a text of R, the `NAMESPACE` or the `DESCRIPTION` of a package. */
export function rNames(text: string, isDescription: boolean): RNames {
  const uses = new Set<string>();
  const mentions = new Set<string>();
  const sources = new Set<string>();
  if (isDescription)
    for (const [, field = '', list = ''] of text.matchAll(FIELD))
      for (const [name] of list.matchAll(new RegExp(`${PACKAGE}(?=\\s*(?:[,(]|$))`, 'gm')))
        if (name !== 'R') (field === 'Depends' ? uses : mentions).add(name);
  const started = startedReader(STARTS);
  const lines = isDescription ? [] : text.split('\n');
  for (const whole of lines) {
    const line = whole.slice(0, LINE).replace(/(?:^|\s)#.*$/, '');
    started.line(line, /^\S/.test(line));
    for (const [said, name = '', rest = ''] of line.matchAll(ATTACHED)) {
      uses.add(name);
      // `import(a, b)` of a NAMESPACE.
      if (said.startsWith('import(')) for (const [more] of rest.matchAll(new RegExp(PACKAGE, 'g'))) uses.add(more);
    }
    for (const [, name = ''] of line.matchAll(NAMED)) mentions.add(name);
    for (const [, name = ''] of line.matchAll(MEMBER)) mentions.add(name);
    for (const [, path = ''] of line.matchAll(SOURCE)) sources.add(path);
    if (uses.size + mentions.size > LIMITS.scriptNames) break;
  }
  return { uses: [...uses], mentions: [...mentions], sources: [...sources], ...started.told() };
}

/** Characters of a line that are looked at. */
const LINE = 4_000;
