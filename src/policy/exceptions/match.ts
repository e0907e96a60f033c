import { ecosystemNamed, ecosystemOf } from '../../ecosystems/index.ts';
import { parsePurl } from '../../ecosystems/purl.ts';
import type { Finding, Package, Risk, Subject } from '../../model.ts';
import { isInVers } from '../../versions/vers.ts';
import type { Exception, VexProduct } from './exception.ts';
import { glob } from './glob.ts';
import { covers, imageHas } from './purl-match.ts';

/** Whether a rule is about a finding of this image, whatever its date. */
export function isAboutFinding(rule: Exception, finding: Finding, subject: Subject): boolean {
  const { package: pkg } = finding;
  const ids = new Set([finding.id, ...finding.aliases].map((id) => id.toUpperCase()));
  return (
    (rule.ids.length === 0 || rule.ids.some((id) => ids.has(id.toUpperCase()))) &&
    isAboutPackage(rule, pkg) &&
    (rule.fixState === undefined || rule.fixState === fixWord(finding)) &&
    isOfImage(rule, subject) &&
    (rule.paths === undefined ||
      isIn(
        rule.paths,
        pkg.evidence.map(({ path }) => path),
      )) &&
    (rule.products === undefined || rule.products.some((product) => isOfProduct(product, pkg, subject))) &&
    !isTakenBack(rule, ids, pkg, subject)
  );
}

/** Whether a rule is about a risk: by its rule's name and its file. */
export function isAboutRisk(rule: Exception, risk: Risk, subject: Subject): boolean {
  if (rule.packages || rule.binaries || rule.upstreams || rule.types || rule.version) return false;
  if (rule.purls || rule.products || rule.fixState) return false;
  return (
    rule.ids.some((id) => id.toLowerCase() === risk.rule.toLowerCase()) &&
    isOfImage(rule, subject) &&
    (rule.paths === undefined || isIn(rule.paths, [risk.evidence.path]))
  );
}

/** A name as its package writes it, and in the one spelling of its world, as other scanners print it: `Django` is `django`. */
const spellings = ({ name, type }: Package): readonly string[] => [name, ecosystemOf(type)?.normalize(name) ?? name];

/** A binary package that states no source of its own has no upstream for Grype: openssl is not one of openssl's. */
const isUpstream = (pattern: string, { name, version, source }: Package): boolean =>
  source !== undefined && (source.name !== name || source.version !== version) && glob(pattern, source.name);

function isAboutPackage(rule: Exception, pkg: Package): boolean {
  const { packages, binaries, upstreams, types, version, purls } = rule;
  const names = [...spellings(pkg), ...(pkg.source ? [pkg.source.name] : [])];
  return (
    (packages === undefined || packages.some((pattern) => names.some((name) => glob(pattern, name)))) &&
    (binaries === undefined || binaries.some((pattern) => spellings(pkg).some((name) => glob(pattern, name)))) &&
    (upstreams === undefined || upstreams.some((pattern) => isUpstream(pattern, pkg))) &&
    (types === undefined || types.includes(pkg.type)) &&
    (version === undefined || isInRange(version, pkg)) &&
    (purls === undefined || purls.some((purl) => isInStatedRange(purl, pkg) && covers(purl, pkg.purl)))
  );
}

/** Grype's words: `fixed`, `not-fixed`, `wont-fix`, `unknown`. */
const fixWord = ({ fix }: Finding): string => (fix.state === 'deferred' ? 'not-fixed' : fix.state);

/** Every place has to be named: a copy elsewhere is not excused with it. */
const isIn = (patterns: readonly string[], places: readonly string[]): boolean =>
  places.length > 0 && places.every((place) => patterns.some((pattern) => glob(pattern.replace(/^\//, ''), place)));

function isOfImage({ images }: Exception, subject: Subject): boolean {
  if (images === undefined) return true;
  const names = [
    subject.reference,
    subject.name,
    subject.digest,
    ...(subject.repoTags ?? []),
    ...(subject.repoDigests ?? []),
  ];
  return images.some((pattern) => names.some((name) => name !== undefined && glob(pattern, name)));
}

/** The product is the image (and its parts the packages), or the package itself. */
function isOfProduct({ product, parts, namespace, ranges }: VexProduct, pkg: Package, subject: Subject): boolean {
  if (namespace !== undefined && pkg.namespace !== namespace) return false;
  if (ranges !== undefined && !ranges.some((range) => isInVersOf(range, pkg))) return false;
  const isImage = imageHas(product, subject);
  if (parts.length === 0) return isImage || isCovered(product, pkg);
  return isImage && parts.some((part) => isCovered(part, pkg));
}

/** Whether a later statement of the same document on one of these vulnerabilities calls the package affected, or does not know yet. */
const isTakenBack = ({ takenBack }: Exception, ids: ReadonlySet<string>, pkg: Package, subject: Subject): boolean =>
  takenBack !== undefined &&
  [...ids].some((id) =>
    takenBack
      .by(id)
      .some(({ at, products }) => at > takenBack.at && products.some((product) => isOfProduct(product, pkg, subject))),
  );

/** By the order of the package's own world; where there is none, a range that has an end holds nothing. */
function isInVersOf(range: string, { namespace, version }: Package): boolean {
  const world = namespace === undefined ? undefined : ecosystemNamed(namespace);
  if (world) return isInVers(range, version, (a, b) => world.compare(a, b));
  return !/[<>!*]/.test(range) && isInVers(range, version, (a, b) => (a === b ? 0 : 1));
}

/** The versions that a package URL names by a range. https://github.com/package-url/purl-spec/blob/main/docs/common-qualifiers.md */
function isInStatedRange(stated: string, pkg: Package): boolean {
  const range = parsePurl(stated)?.qualifiers.get('vers');
  return range === undefined || isInVersOf(range, pkg);
}

/** A source package, as rpm writes it and as Debian does. https://github.com/package-url/purl-spec/blob/main/types-doc/deb-definition.md */
const SOURCE_ARCHITECTURES: readonly (string | undefined)[] = ['src', 'source'];

/** The package, or the source package that it is built from (`arch=src`), of which publishers speak for all that is built from it. */
function isCovered(stated: string, pkg: Package): boolean {
  const { purl, source, type } = pkg;
  if (!isInStatedRange(stated, pkg)) return false;
  if (covers(stated, purl)) return true;
  const wanted = parsePurl(stated);
  if (!SOURCE_ARCHITECTURES.includes(wanted?.qualifiers.get('arch')) || !source || wanted?.type !== type) return false;
  const own = parsePurl(purl);
  const distro = wanted.qualifiers.get('distro');
  const ownDistro = own?.qualifiers.get('distro');
  if (wanted.namespace !== own?.namespace) return false;
  if (distro !== undefined && ownDistro !== undefined && distro !== ownDistro) return false;
  // An epoch stands in a qualifier of the URL, and in front of the version elsewhere.
  const bare = (version: string): string => version.replace(/^\d+:/, '');
  return wanted.name === source.name && (wanted.version === undefined || bare(wanted.version) === bare(source.version));
}

const BOUND = /^(<=|>=|<|>|=)?\s*(\S+)$/;
/** What one world or another calls a version begins with a letter or digit, and holds none of the signs of other worlds' ranges. */
const VERSION = /^[a-z\d][^\s<>=|^*,]*$/i;

/** A part of a range that is no bound; undefined where each is one. */
export const strangeBound = (range: string): string | undefined =>
  range.split(',').find((part) => !VERSION.test(BOUND.exec(part.trim())?.[2] ?? ''));

/** Whether a version lies within a range such as `>=1.0,<2`; nobody knows the order of a package without an ecosystem: no. */
export function isInRange(range: string, { namespace, version }: Package): boolean {
  const order = namespace === undefined ? undefined : ecosystemNamed(namespace);
  return range.split(',').every((part) => {
    const [, operator = '=', bound = ''] = BOUND.exec(part.trim()) ?? [];
    if (bound === version && operator.includes('=')) return true;
    if (!order || bound === '') return false;
    const result = order.compare(version, bound);
    if (operator === '=') return result === 0;
    if (operator === '<') return result < 0;
    if (operator === '<=') return result <= 0;
    return operator === '>' ? result > 0 : result >= 0;
  });
}
