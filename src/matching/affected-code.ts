import { crates } from '../ecosystems/crates.ts';
import { go } from '../ecosystems/go.ts';
import { before } from '../formats/ends.ts';
import { linkedFunctions } from '../formats/executables/index.ts';
import { fileNameOf } from '../formats/paths.ts';
import { LIMITS } from '../limits.ts';
import {
  type AffectedCode,
  type AffectedImport,
  type Considered,
  distance,
  type Exposure,
  type Finding,
  type LinkedProgram,
  type Package,
  type Statement,
} from '../model.ts';

/**
 * The code that statements say a vulnerability is in. Where one of a publisher's does not name any, all of the package may be meant, whatever its
 * others name; other publishers' may just not say.
 */
export function codeNamedBy(statements: readonly Statement[]): AffectedCode | undefined {
  const naming = statements.filter(({ imports }) => imports !== undefined && imports.length > 0);
  const sources = new Set(naming.map(({ source }) => source));
  if (naming.length === 0 || statements.some((other) => sources.has(other.source) && !naming.includes(other)))
    return undefined;
  const byPath = new Map<string, Set<string> | undefined>();
  for (const { path, symbols } of naming.flatMap(({ imports }) => imports ?? [])) {
    const known = byPath.get(path);
    const isAll = symbols.length === 0 || (byPath.has(path) && known === undefined);
    byPath.set(path, isAll ? undefined : new Set([...(known ?? []), ...symbols]));
  }
  const imports = [...byPath].map(([path, symbols]) => ({ path, symbols: [...(symbols ?? [])] }));
  return { imports, linked: 'unknown', present: 'unknown' };
}

/** The same of what was considered for a package: of the statements that say it is affected. */
export const affectedCodeOf = (considered: readonly Considered[]): AffectedCode | undefined =>
  codeNamedBy(considered.flatMap(({ statement, judgement }) => (judgement.affected ? statement : [])));

/** Findings with what the programs of the image say of the code that their advisories name. */
export function withLinkedCode(
  findings: readonly Finding[],
  linked: readonly LinkedProgram[] | undefined,
): readonly Finding[] {
  const lookUp = linkedCodeIn(linked, findings);
  return findings.map((finding) =>
    finding.code === undefined ? finding : { ...finding, code: lookUp(finding.code, finding.package) },
  );
}

/** Types of packages that are built into programs which say what they hold. */
const LANGUAGES: ReadonlyMap<string, LinkedProgram['language']> = new Map([
  [go.type, 'go'],
  [crates.type, 'rust'],
]);

/** What is asked for of a program at once: it is unpacked once. */
type Asked = Iterable<{ readonly code?: AffectedCode | undefined; readonly package: Package }>;

/**
 * Holds named code against the programs that a package was built into. Only where each place that proves the package is a program that says what it
 * is made of, and none holds the code, it is not there.
 */
export function linkedCodeIn(
  linked: readonly LinkedProgram[] = [],
  asked: Asked,
): (code: AffectedCode, installed: Package) => AffectedCode {
  const byPath = new Map(linked.map((program) => [program.path, program]));
  const paths = new Set<string>();
  for (const { code, package: installed } of asked)
    for (const named of code?.imports ?? []) for (const path of namesOf(named, installed)) paths.add(path);
  const known = new Map<string, ReturnType<typeof linkedFunctions> | undefined>();
  const functionsOf = (program: LinkedProgram): ReturnType<typeof linkedFunctions> | undefined => {
    if (!known.has(program.path)) known.set(program.path, unpacked(program, paths));
    return known.get(program.path);
  };
  return (code, installed) => {
    const language = LANGUAGES.get(installed.type);
    if (language === undefined) return code;
    const places = [...new Set(installed.evidence.map(({ path }) => path))];
    const told = places.map((path) => {
      const program = byPath.get(path);
      const functions = program?.language === language ? functionsOf(program) : undefined;
      return functions && program ? { program, ...heldOf(code.imports, functions, installed) } : undefined;
    });
    const clear = told.flatMap((answer) => answer ?? []);
    // The compiler of Rust leaves no trace of what it put into other functions: that a symbol is not there says nothing.
    const isComplete = language === 'go' && places.length > 0 && clear.length === places.length;
    const holding = clear.filter(({ isPresent }) => isPresent);
    const answer = (isThere: boolean): AffectedCode['linked'] => (isThere ? 'yes' : isComplete ? 'no' : 'unknown');
    const present = answer(holding.length > 0);
    const functions = [...new Set(holding.flatMap((held) => held.functions))].slice(0, LIMITS.namedFunctions);
    const exposure = nearestOf(present, holding, isComplete);
    return {
      imports: code.imports,
      linked: answer(clear.some(({ isLinked }) => isLinked)),
      present,
      ...(functions.length > 0 && { functions }),
      ...(holding.length > 0 && { programs: holding.map(({ program }) => program.path) }),
      ...(exposure && { exposure }),
    };
  };
}

/** Of several programs the nearest that holds it, where all are known; what none holds is on no way of any. */
function nearestOf(
  present: AffectedCode['present'],
  holding: readonly { readonly program: LinkedProgram }[],
  isComplete: boolean,
): Exposure | undefined {
  if (present === 'no') return { class: 'present' };
  const [first, ...others] = holding.map(({ program }) => program.exposure);
  if (!isComplete || first === undefined) return undefined;
  return others.reduce<Exposure | undefined>(
    (nearest, other) => nearest && other && (distance(other.class) < distance(nearest.class) ? other : nearest),
    first,
  );
}

/** A program that cannot be unpacked says nothing. */
function unpacked({ functions }: LinkedProgram, paths: ReadonlySet<string>) {
  try {
    return linkedFunctions(functions, paths);
  } catch {
    return undefined;
  }
}

function heldOf(
  imports: readonly AffectedImport[],
  functions: ReadonlyMap<string, ReadonlySet<string>>,
  installed: Package,
): { readonly isLinked: boolean; readonly isPresent: boolean; readonly functions: readonly string[] } {
  let isLinked = false;
  let isPresent = false;
  const named: string[] = [];
  for (const code of imports) {
    for (const path of namesOf(code, installed)) {
      const held = functions.get(path);
      if (held === undefined) continue;
      isLinked = true;
      const there = code.symbols.filter((symbol) => held.has(symbol));
      if (code.symbols.length === 0 || there.length > 0) isPresent = true;
      named.push(...there.map((symbol) => inShort(path, symbol, installed.type)));
    }
  }
  return { isLinked, isPresent, functions: named };
}

/** `html.Parse`, `time::now`. */
const inShort = (path: string, symbol: string, type: string): string =>
  type === crates.type ? `${path}::${symbol}` : `${fileNameOf(path)}.${symbol}`;

/**
 * What a package of source code can be called in a program: as its module is, and where another module was put in its place, as that one. The standard
 * library has copies of some modules under `vendor/`; those are not the module's.
 */
function namesOf({ path }: AffectedImport, { name, properties }: Package): readonly string[] {
  const replaced = properties?.replaces === undefined ? undefined : before(properties.replaces, '@');
  return replaced === undefined || !(path === name || path.startsWith(`${name}/`))
    ? [path]
    : [path, `${replaced}${path.slice(name.length)}`];
}
