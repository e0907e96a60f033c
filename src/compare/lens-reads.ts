import { MALICIOUS } from '../advisories/publishers.ts';
import { ecosystemNamed, isSystemType } from '../ecosystems/index.ts';
import type { Candidate, Statement } from '../model.ts';
import type { Lens } from '../scanners/lens.ts';
import { patternMatches, typeMatches, UNTYPED } from './lens-tests.ts';
import { UNNAMED } from './reported.ts';
import type { Universe } from './universe.ts';

/** What a scanner has read of a candidate's statements, and the rule that says which publishers it reads for packages of this type. */
export function readBy(
  lens: Lens,
  { package: { type }, statements }: Candidate,
  universe: Universe,
): { readonly rule: Lens['reads'][number] | undefined; readonly read: readonly Statement[] } {
  const rule = lens.reads.find((rule) => typeMatches(rule.types, type));
  const read = statements.filter(
    (statement) =>
      // No scanner that is replayed here asks for what a subscription fixes.
      ecosystemNamed(statement.namespace)?.system?.subscription?.(statement.namespace) === undefined &&
      // What kind of package it is nobody says: then that it is not read is not known either.
      (rule === undefined
        ? type === UNTYPED
        : rule.publishers.some((publisher) => publishes(publisher, statement, type, universe))),
  );
  return { rule, read: rule?.ofSeveral === 'last' ? ofLastRecord(read) : read };
}

/** GitHub's statements that are of the record whose file comes last; all others as they are. */
function ofLastRecord(statements: readonly Statement[]): readonly Statement[] {
  const fileOf = ({ source, published = '', bulletin, id, aliases, withdrawn }: Statement): string | undefined => {
    // What is taken back is not written over others.
    if (withdrawn !== undefined) return undefined;
    const record =
      source === 'ghsa' ? [bulletin ?? id, id, ...aliases].find((name) => name.startsWith('GHSA-')) : undefined;
    return record === undefined ? undefined : `${published.slice(0, 7)} ${record}`;
  };
  const last = statements.map(fileOf).reduce((a, b) => (b !== undefined && b > (a ?? '') ? b : a), undefined);
  return statements.filter((statement) => [undefined, last].includes(fileOf(statement)));
}

/**
 * Whether statements of a publisher are read: by its name, of `go:golang.org/x/*` for packages of that name only, by the ids it is known
 * to carry, or as the distribution's own.
 */
function publishes(publisher: string, statement: Statement, type: string, { holds }: Universe): boolean {
  // Whose it is the report does not say: that is no ground to leave it out.
  if (publisher === '*' || statement.source === UNNAMED) return true;
  // On malicious packages GitHub's advisories are of a kind of their own, which not all that read GitHub take.
  if (publisher === 'ghsa:malware')
    return statement.source === MALICIOUS && statement.aliases.some((id) => id.startsWith('GHSA-'));
  if (statement.source === MALICIOUS) return publisher === MALICIOUS;
  if (publisher === 'vendor') return isSystemType(type) && !NOT_VENDORS.has(statement.source);
  const [name, packages] = partsOfPublisher(publisher);
  if (packages !== undefined) return name === statement.source && patternMatches(packages, statement.package);
  if (publisher === statement.source) return true;
  // What GitHub carries too is found there, unless its record is here: then that says which packages it is about.
  if (publisher === 'ghsa') {
    const others = [statement.id, ...statement.aliases].filter((id) => id.startsWith('GHSA-'));
    return others.some((id) => !holds(id));
  }
  return patternMatches(publisher, statement.source);
}

function partsOfPublisher(publisher: string): readonly [name: string, packages: string | undefined] {
  const at = publisher.indexOf(':');
  return at < 0 ? [publisher, undefined] : [publisher.slice(0, at), publisher.slice(at + 1)];
}

/** Publishers that are no distribution, although their statements may name a distribution's package. */
const NOT_VENDORS: ReadonlySet<string> = new Set([
  'ghsa',
  'pysec',
  'nvd',
  'cve',
  'psf',
  'go',
  'rustsec',
  'nvidia',
  'bitnami',
  'oss-fuzz',
  MALICIOUS,
]);
