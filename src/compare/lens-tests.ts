import { sourceOf } from '../ecosystems/source-package.ts';
import type { Candidate, OperatingSystem, Package, Statement } from '../model.ts';
import type { PackageTest, StatementRule } from '../scanners/lens.ts';

/** A pattern with `*` for any characters; everything else as it stands. Linear: no pattern backtracks. */
export function patternMatches(pattern: string, text: string): boolean {
  if (pattern === text) return true;
  const parts = partsOf(pattern);
  if (parts === WHOLE || !text.startsWith(parts[0]!)) return false;
  const [first, ...rest] = parts;
  const last = rest.pop()!;
  if (text.length < first!.length + last.length || !text.endsWith(last)) return false;
  let at = first!.length;
  const end = text.length - last.length;
  for (const part of rest) {
    const start = text.indexOf(part, at);
    if (start < 0 || start + part.length > end) return false;
    at = start + part.length;
  }
  return true;
}

const WHOLE: readonly string[] = ['nothing to take apart'];

/** Parts of the patterns of our rules: there are some hundreds, each asked of every row. */
const taken = new Map<string, readonly string[]>();

function partsOf(pattern: string): readonly string[] {
  const known = taken.get(pattern);
  if (known !== undefined) return known;
  const parts = pattern.includes('*') ? pattern.split('*') : WHOLE;
  taken.set(pattern, parts);
  return parts;
}

/** True when a rule asks this publisher: by its name, by a pattern, or all (`*`). */
export function asks(publishers: readonly string[], source: string): boolean {
  return publishers.some((publisher) => patternMatches(publisher, source));
}

/** The type of a package that no report types. */
export const UNTYPED = 'unknown';

/** True when the type is in the list; `*` is any. */
export function typeMatches(types: readonly string[], type: string): boolean {
  return types.includes('*') || types.includes(type);
}

const any = (patterns: readonly string[], text: string): boolean =>
  patterns.some((pattern) => patternMatches(pattern, text));

/** Whether all conditions of a test hold for a package. */
export function packageMatches(test: PackageTest, installed: Package, os: OperatingSystem | undefined): boolean {
  if (test.types !== undefined && !typeMatches(test.types, installed.type)) return false;
  // Of what kind a package is no report may say: then it is none that a rule is known to be about.
  if (test.exceptTypes !== undefined && (installed.type === UNTYPED || test.exceptTypes.includes(installed.type)))
    return false;
  if (test.roles !== undefined && !test.roles.includes(installed.role ?? 'installed')) return false;
  if (test.certainties !== undefined && !test.certainties.includes(installed.certainty ?? 'exact')) return false;
  if (test.owned !== undefined && (installed.ownedBy !== undefined) !== test.owned) return false;
  if (test.names !== undefined && !any(test.names, installed.name)) return false;
  if (test.sources !== undefined && !any(test.sources, sourceOf(installed).name)) return false;
  if (test.maintainers !== undefined && !any(test.maintainers, (installed.maintainer ?? '').toLowerCase()))
    return false;
  if (
    test.paths !== undefined &&
    !(installed.evidence.length > 0 && installed.evidence.every(({ path }) => any(test.paths!, path)))
  )
    return false;
  if (test.texts !== undefined && !any(test.texts, installed.properties?.text ?? '')) return false;
  if (test.someFile !== undefined && !seenIn(test.someFile, installed)) return false;
  if (
    test.recovered !== undefined &&
    (installed.recovered === undefined || !test.recovered.includes(installed.recovered))
  )
    return false;
  return test.systems === undefined || (os !== undefined && test.systems.includes(os.id));
}

function seenIn(files: Exclude<PackageTest['someFile'], undefined>, { name, evidence }: Package): boolean {
  const patterns = Object.hasOwn(files, name) ? files[name]! : [];
  return evidence.some(({ path }) => any(patterns, path.slice(path.lastIndexOf('/') + 1)));
}

/** Whether a rule drops a statement. */
export function statementDropped({ when }: StatementRule, statement: Statement, candidate: Candidate): boolean {
  if (when.types !== undefined && !typeMatches(when.types, candidate.package.type)) return false;
  if (when.states !== undefined && !when.states.includes(statement.state)) return false;
  if (when.ids !== undefined && !idMatches(when.ids, statement.id)) return false;
  if (when.exceptIds !== undefined && idMatches(when.exceptIds, statement.id)) return false;
  if (
    when.validity !== undefined &&
    !when.validity.some(
      (validity) => validity === candidate.validity || (validity === 'withdrawn' && statement.withdrawn !== undefined),
    )
  )
    return false;
  return (
    when.unfixed === undefined ||
    when.unfixed === (statement.state !== 'fixed' && statement.ranges.every((range) => range.fixed === undefined))
  );
}

/** Whether an id passes any of the patterns; `!` in front of one means all others. */
export function idMatches(patterns: readonly string[], id: string): boolean {
  return patterns.some((pattern) =>
    pattern.startsWith('!') ? !patternMatches(pattern.slice(1), id) : patternMatches(pattern, id),
  );
}
