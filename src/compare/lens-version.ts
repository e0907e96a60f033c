import { lastKnownEnd } from '../advisories/publishers.ts';
import type { Ecosystem } from '../ecosystems/ecosystem.ts';
import { ecosystemNamed, isSystemType } from '../ecosystems/index.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { sourceOf } from '../ecosystems/source-package.ts';
import { judge } from '../matching/judge.ts';
import type { AffectedRange, Package, Statement } from '../model.ts';
import type { VersionRule } from '../scanners/lens.ts';
import { isPep440, publicVersion } from '../versions/pep440.ts';
import { openEnded, readable, withoutKnownEnd } from './candidate.ts';

/** A statement that concerns the version under a lens. */
export interface Affected {
  readonly statement: Statement;
  readonly fixed?: string;
}

/** Judges a version as a scanner does: which version of the two, and for Python with or without local part. Undefined: not affected. */
export function affectedBy(
  rule: VersionRule,
  statement: Statement,
  installed: Package,
  reported: boolean,
): Affected | undefined {
  const ecosystem = ecosystemNamed(statement.namespace) ?? ecosystemNamed(installed.namespace ?? '');
  // A statement made of a report's row has no range: the row itself says that the version is affected.
  if (ecosystem === undefined || (reported && statement.ranges.length === 0)) return { statement };
  const version =
    isSystemType(installed.type) && rule.os === 'source' ? sourceOf(installed).version : installed.version;
  const python = ecosystem.name === pypi.name;
  const ordered = python ? withLocal(ecosystem, rule.pythonLocal !== 'ignored') : ecosystem;
  const compared = { ...ordered, madeUp: 'compared' as const };
  const open = rule.comingFix === 'compared' ? statement : openEnded(statement);
  const ending = rule.lastKnown === 'counts' ? withKnownEnd(open) : withoutKnownEnd(open);
  const read = python && rule.pythonBounds === 'plain' ? withPlainBounds(ending) : ending;
  if (read === undefined) return undefined;
  const judgement = judge(readable(read), version, compared);
  if (!judgement.affected) return undefined;
  // The end of an open entry's range is the version of a fix, for those who compare it.
  const coming = open === statement && openEnded(statement) !== statement;
  const fixed = judgement.fixed ?? (coming ? statement.ranges[0]?.limit : undefined);
  const losesPlace = python && rule.pythonPreRelease === 'affected-without-local' && version.includes('+');
  if (losesPlace && fixed !== undefined && preReleaseOf(version, fixed)) return undefined;
  return { statement, ...(fixed !== undefined && { fixed }) };
}

/** Python's order with local parts compared to the letter, or left out. */
function withLocal(ecosystem: Ecosystem, isCompared: boolean): Ecosystem {
  if (isCompared) return { ...ecosystem, withoutBuild: (version) => version };
  return { ...ecosystem, compare: (a, b) => ecosystem.compare(publicVersion(a), publicVersion(b)) };
}

function withKnownEnd(statement: Statement): Statement {
  const end = lastKnownEnd(statement.note);
  if (end === undefined) return statement;
  const isOpen = ({ fixed, lastAffected, limit }: AffectedRange): boolean =>
    (fixed ?? lastAffected ?? limit) === undefined;
  return { ...statement, ranges: statement.ranges.map((range) => (isOpen(range) ? { ...range, ...end } : range)) };
}

/** A statement without the ranges of which a bound is read as two; undefined where one cannot be read, as then nothing of it is. */
function withPlainBounds(statement: Statement): Statement | undefined {
  const bounds = ({ introduced, fixed, lastAffected }: Statement['ranges'][number]): readonly string[] =>
    [introduced, fixed, lastAffected].filter((bound) => bound !== undefined);
  if (statement.ranges.some((range) => bounds(range).some(isUnreadBound))) return undefined;
  const ranges = statement.ranges.filter((range) => !/(?:alpha|beta|preview)[-_.]?\d/.test(bounds(range).join(' ')));
  if (ranges.length === statement.ranges.length) return statement;
  return ranges.length === 0 && !statement.versions?.length ? undefined : { ...statement, ranges };
}

/** With a local part, in capitals (`1.0RC1`), or no version by PEP 440. https://github.com/aquasecurity/go-pep440-version/blob/master/specifier.go */
const isUnreadBound = (bound: string): boolean =>
  bound.includes('+') || bound !== bound.toLowerCase() || !isPep440(bound);

const PRE_RELEASE = /^v?((?:\d+!)?\d+(?:\.\d+)*)[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview|dev)[-_.]?\d*/i;

/** `2.6.0a0+ecf3bae40a` is a pre-release of `2.6.0`. https://packaging.python.org/en/latest/specifications/version-specifiers/#exclusive-ordered-comparison */
function preReleaseOf(version: string, final: string): boolean {
  if (PRE_RELEASE.test(final)) return false;
  const base = PRE_RELEASE.exec(version)?.[1];
  return base !== undefined && trimmed(base) === trimmed(publicVersion(final));
}

const trimmed = (release: string): string => release.replace(/^v/, '').replace(/(?:\.0)+$/, '');
