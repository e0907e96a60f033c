import { withoutEnd, withoutStart } from '../formats/ends.ts';

/** Words that programs leave where a version should be. */
const WORDS: ReadonlySet<string> = new Set([
  '',
  '*',
  '-',
  'all',
  'any',
  'current',
  'dev',
  'devel',
  'development',
  'dirty',
  'head',
  'latest',
  'local',
  'main',
  'master',
  'n/a',
  'na',
  'nightly',
  'no-version',
  'none',
  'noversion',
  'null',
  'nil',
  'snapshot',
  'source',
  'stable',
  'tbd',
  'tip',
  'todo',
  'trunk',
  'unavailable',
  'undefined',
  'unknown',
  'unreleased',
  'unset',
  'unspecified',
  'unversioned',
  'version',
  'workspace',
  'xxx',
]);

/**
 * Whether this text stands where a version should be and is none, in any language: a word (`unknown`, Go's `(devel)`), what a template
 * left (`${revision}`, `@VERSION@`, `%{version}`, `{{ version }}`), a branch of Composer (`dev-main`), or what has a space in it.
 */
export function isNoVersion(text: string): boolean {
  const plain = text.trim();
  return (
    WORDS.has(withoutStart(withoutEnd(plain.toLowerCase(), ')]>}'), '([<{')) ||
    /[\s${}@%"'`|<>=*[\](),;]/.test(plain) ||
    /^(?:dev-|file:|git[+:@]|https?:|link:|workspace:)/i.test(plain)
  );
}

/** Nothing but zeros, perhaps with a word that announces no release: `0.0.0`, `0+unknown`, `0.0.0.dev0`, `0.0.0-development`, pbr's `0.0.0.post1`. */
const ZEROS =
  /^v?0+(?:\.0+)*(?:\+.*|[-_](?!alpha|beta|pre|rc).*|\.?(?:dev|none|null|post\d|snapshot|unknown|untagged).*)?$/i;
/**
 * A pseudo-version of Go carries the time of its commit; year 1 is what `replace` writes. Bills of materials write it without the `v`, too.
 * https://go.dev/ref/mod#pseudo-versions
 */
const PSEUDO = /^v?0\.0\.0-(?!0001)\d{14}-[0-9a-f]{12}/;
/** What setuptools-scm makes of a checkout without tags: `0.1.dev1+g1234567`. */
const WITHOUT_TAGS = /^0\.1\.dev\d+(?:\+.*)?$/;

/** A branch: of Composer (`2.x-dev`, `9999999-dev`), or with its name in front (`master-SNAPSHOT`, `main-1a2b3c4`). */
const BRANCH =
  /^(?:\d[\d.]*\.x-dev|9999999(?:\.9999999)*-dev|(?:develop|head|latest|main|master|nightly|trunk)[-_.].*)$/i;
/** The name of a commit, whole or cut short. A number with one letter behind it (`20240101b`) is a release. */
const COMMIT = /^(?!\d+[a-z]?$|(?:19|20)\d{6}[a-z]\d*$)(?=.*\d)(?:[0-9a-f]{7,12}|[0-9a-f]{40}|[0-9a-f]{64})$/i;

/**
 * Whether an installed package of a language carries a version that its build made up for want of one: an editable install, a checkout
 * without tags, a workspace member, a branch or a commit. Compared, it would be older than everything, or newer. (OS packages do have versions
 * such as `0~git2020`.)
 */
export function isMadeUp(version: string): boolean {
  const plain = version.trim();
  if (BRANCH.test(plain) || COMMIT.test(plain)) return true;
  return (ZEROS.test(plain) && !PSEUDO.test(plain)) || WITHOUT_TAGS.test(plain);
}

/** A test of a text against a grammar that leaves out what is no version in any language. */
export const versionLike =
  (pattern: RegExp) =>
  (text: string): boolean =>
    !isNoVersion(text) && pattern.test(text.trim());
