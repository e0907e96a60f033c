import { splitCpe } from '../../formats/text/index.ts';
import type { Rating, StatementState } from '../../model.ts';
import { listMember, member, textMember, textsWithin } from '../values.ts';
import { readConstraint } from './constraints.ts';
import type { FeedItem, FeedStatement } from './feed.ts';

/** What the rows of Grype's database say: a blob of ranges with constraints, each with its fix. https://github.com/anchore/grype/blob/main/grype/db/v6/blobs.go */

/** What a row of statements belongs to. */
export interface Handle {
  readonly id: string;
  readonly source: string;
  readonly published?: string;
  /** Taken back by its publisher, or rejected as a vulnerability at all. */
  readonly isVoid: boolean;
  /** The distribution's own word on it. */
  readonly ratings?: readonly Rating[];
  readonly bulletin?: string;
  readonly vulnerabilities?: readonly string[];
}

/**
 * Rows that take a package out of what others say of it. A distribution's is its own word: not affected, or, where it begins with
 * the version that has the fix (AlmaLinux), which build has it.
 */
export function* cleared(
  handle: Handle,
  namespace: string,
  name: string,
  blob: unknown,
  isSystem: boolean,
): Generator<FeedItem> {
  for (const range of listMember(blob, 'ranges', 10_000)) {
    const constraint = textMember(member(range, 'version'), 'constraint', 10_000)?.trim() ?? '';
    const state = textMember(member(range, 'fix'), 'state', 30);
    const from = /^>=\s*([^\s,|<>=]+)$/.exec(constraint)?.[1];
    if (state === 'not-affected' && constraint === '')
      yield statementOf(handle, namespace, name, blob, { state: 'not-affected', ranges: [] }, false);
    else if (isSystem && from !== undefined)
      yield statementOf(
        handle,
        namespace,
        name,
        blob,
        { state: 'fixed', ranges: [{ fixed: from }] },
        isModuleBuild(from),
      );
  }
}

const STATES: ReadonlyMap<string, StatementState> = new Map([
  ['fixed', 'fixed'],
  ['not-fixed', 'open'],
  ['wont-fix', 'will-not-fix'],
  ['unknown', 'open'],
]);

/** What a row says besides its ranges: the stream of a module, the systems that a program has to run on. */
function conditionsOf(blob: unknown, isModular: boolean): Pick<FeedStatement, 'modules' | 'platforms'> {
  const qualifiers = member(blob, 'qualifiers');
  const module = textMember(qualifiers, 'rpm_modularity', 200);
  const platforms = textsWithin(member(qualifiers, 'platform_cpes'), 1_000).flatMap((name) => {
    const cpe = splitCpe(name);
    return cpe?.part === 'o' ? [`${cpe.vendor}:${cpe.product}`] : [];
  });
  const machine = textMember(qualifiers, 'architecture', 50);
  return {
    ...(module !== undefined && module !== '' ? { modules: [module] } : isModular && { modules: [] }),
    ...(machine ? { platforms: [`hardware:${machine}`] } : platforms.length > 0 && { platforms }),
  };
}

const isModuleBuild = (version: string): boolean => /[.-]module[+_]el\d/.test(version);

function statementOf(
  { isVoid, ...handle }: Handle,
  namespace: string,
  name: string,
  blob: unknown,
  said: Pick<FeedStatement, 'state' | 'ranges' | 'versions'>,
  isModular: boolean,
): FeedItem {
  return {
    kind: 'statement',
    statement: {
      ...handle,
      namespace,
      package: name,
      ...said,
      ...(isVoid && { state: 'withdrawn' }),
      ...conditionsOf(blob, isModular),
    },
  };
}

/**
 * One statement for each state: the ranges of one record may differ in whether they are fixed. A distribution's row without a
 * constraint is open in all versions; a language's says nothing. "Below 0" is how that database says that nothing was ever affected.
 */
export function* statements(
  handle: Handle,
  namespace: string,
  name: string,
  blob: unknown,
  mayBeAll: boolean,
): Generator<FeedItem> {
  for (const range of listMember(blob, 'ranges', 10_000)) {
    const constraint = textMember(member(range, 'version'), 'constraint', 10_000) ?? '';
    const fix = member(range, 'fix');
    if (/^<\s*0$/.test(constraint.trim())) {
      yield statementOf(handle, namespace, name, blob, { state: 'not-affected', ranges: [] }, false);
      continue;
    }
    const read = constraint.trim() === '' && !mayBeAll ? undefined : readConstraint(constraint);
    if (read === undefined) {
      yield {
        kind: 'rejected',
        id: `${namespace} ${name} ${handle.id}`,
        reason: `a constraint that is not understood: ${constraint.trim() === '' ? 'none' : constraint}`,
      };
      continue;
    }
    const fixed = textMember(fix, 'version', 200);
    const ranges = read.ranges.map((range) =>
      fixed === undefined || range.fixed !== undefined || range.lastAffected !== undefined
        ? range
        : { ...range, fixed },
    );
    const state =
      STATES.get(textMember(fix, 'state', 30) ?? '') ??
      (ranges.some((range) => range.fixed !== undefined) ? 'fixed' : 'open');
    const isModular = ranges.some((range) => range.fixed !== undefined && isModuleBuild(range.fixed));
    const said = { state, ranges, ...(read.versions.length > 0 && { versions: read.versions }) };
    yield statementOf(handle, namespace, name, blob, said, isModular);
  }
}
