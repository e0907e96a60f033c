import { compareConda, startsAsConda } from './conda.ts';

/** A package and the versions of it that something depends on. */
interface CondaSpec {
  readonly name: string;
  /** As written; empty: any. */
  readonly version: string;
  accepts(version: string): boolean;
}

/**
 * Reads a match specification: `numpy >=1.21,<2.0a0`, `python 3.11.*`, `blas * openblas`, `conda-forge::openssl[version='>=3']`. What is asked of
 * the build is not looked at. Undefined: it names no package, or one of the machine's (`__glibc`). A version that cannot be read takes any.
 * https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html#package-match-specifications
 */
export function condaSpec(text: string): CondaSpec | undefined {
  const plain = (text.split(/[;#]/, 1)[0] as string).trim();
  const [, before = '', brackets = ''] = /^([^[]*)(?:\[([^\]]*)\])?/.exec(plain) ?? [];
  const match = /^(?:[^\s:]+::)?([\w-][\w.-]*)/.exec(before.trim());
  const name = match?.[1]?.toLowerCase();
  if (match === null || name === undefined || name.startsWith('__')) return undefined;
  const rest = before.trim().slice(match[0].length);
  const quoted = /(?:^|,)\s*version\s*=\s*(?:"([^"]*)"|'([^']*)'|([^,'"]+))/.exec(brackets);
  const version = (quoted?.[1] ?? quoted?.[2] ?? quoted?.[3] ?? versionOf(rest)).replace(/\s+/g, '');
  const accepts = version === '' ? () => true : (alternatives(version) ?? (() => true));
  return { name, version, accepts };
}

/** The first word is the version, the second the build; `name=1.2=build` has both in one. Spaces within a list of clauses part nothing. */
function versionOf(rest: string): string {
  const joined = rest
    .replace(/\s+/g, ' ')
    .replace(/ ?([,|]) ?/g, '$1')
    .replace(/([<>=!~]) /g, '$1');
  const word = joined.trim().split(/\s+/)[0] ?? '';
  const pair = /^(=?)([^=<>!~|,()]+)=([^=]+)$/.exec(word);
  return pair ? `${pair[1]}${pair[2]}` : word;
}

type Test = (version: string) => boolean;
/** How deep parentheses may lie within each other. */
const DEPTH = 16;

/** `|` parts alternatives, `,` what has to hold together; parentheses group. Undefined where that is not what it is. */
function alternatives(text: string): Test | undefined {
  let at = 0;
  const either = (depth: number): Test | undefined => {
    const tests: Test[] = [];
    do {
      const test = all(depth);
      if (test === undefined) return undefined;
      tests.push(test);
    } while (text[at] === '|' && at++ >= 0);
    return (version) => tests.some((test) => test(version));
  };
  const all = (depth: number): Test | undefined => {
    const tests: Test[] = [];
    do {
      const test = single(depth);
      if (test === undefined) return undefined;
      tests.push(test);
    } while (text[at] === ',' && at++ >= 0);
    return (version) => tests.every((test) => test(version));
  };
  const single = (depth: number): Test | undefined => {
    if (text[at] === '(') {
      if (depth >= DEPTH) return undefined;
      at++;
      const inner = either(depth + 1);
      return text[at++] === ')' ? inner : undefined;
    }
    const start = at;
    while (at < text.length && !'|,()'.includes(text[at] as string)) at++;
    return clause(text.slice(start, at));
  };
  const test = either(0);
  return at === text.length ? test : undefined;
}

function clause(text: string): Test | undefined {
  const [, operator = '', written = ''] = /^(==|>=|<=|!=|~=|=|<|>)?(.*)$/s.exec(text) ?? [];
  if (written === '' || written.startsWith('^')) return undefined;
  const version = written.replace(/\.?\*$/, '');
  const isOpen = version !== written;
  if (version === '') return operator === '!=' ? () => false : () => true;
  const beginsSo: Test = (have) => startsAsConda(have, version);
  switch (operator) {
    case '':
    case '==':
      return isOpen ? beginsSo : (have) => compareConda(have, version) === 0;
    case '=':
      return beginsSo;
    case '!=':
      return isOpen ? (have) => !beginsSo(have) : (have) => compareConda(have, version) !== 0;
    case '~=': {
      const [release = ''] = /^.*(?=[._-])/s.exec(version.split('+', 1)[0] as string) ?? [];
      return (have) => compareConda(have, version) >= 0 && (release === '' || startsAsConda(have, release));
    }
    case '<':
      return (have) => compareConda(have, version) < 0;
    case '<=':
      return (have) => compareConda(have, version) <= 0;
    case '>':
      return (have) => compareConda(have, version) > 0;
    default:
      return (have) => compareConda(have, version) >= 0;
  }
}
