import { PlimsollError } from '../../errors.ts';
import { readJson } from '../../formats/json-values.ts';
import type { JsonObject } from '../../formats/text/index.ts';
import type {
  ChangeSummary,
  Evidence,
  Finding,
  Package,
  Reason,
  Report,
  Risk,
  Suppressed,
  Suppression,
} from '../../model.ts';
import { type InDocument, inModelWords } from '../json-words.ts';
import { inItsPlace } from './commands.ts';
import type { Conformer } from './conform.ts';

const withOurCommands = (changes: ChangeSummary): ChangeSummary => ({
  ...changes,
  command: inItsPlace(changes.command),
  steps: changes.steps.map((step) => ({ ...step, commands: step.commands.map(inItsPlace) })),
});

/** A finding as `scan -f json` writes it: its package without its evidence, the places beside it. */
interface StoredFinding extends Omit<InDocument<Finding>, 'package' | 'statements' | 'reasons'> {
  readonly package: Omit<Package, 'evidence' | 'namespace'> & { readonly ecosystem?: string };
  readonly locations: readonly Partial<Evidence>[];
  readonly layer: (Omit<Partial<Evidence>, 'layer'> & { readonly index: number }) | null;
  readonly advisories: Finding['statements'];
  readonly reasons: readonly InDocument<Reason>[];
}

interface StoredSuppressed {
  readonly by: Suppression;
  readonly finding?: StoredFinding;
  readonly risk?: Risk;
}

/** A report from the parts of its document: what stands beside the long lists, and their entries as they are written. Throws `corrupt`. */
export function reportParts(
  root: JsonObject,
  texts: Readonly<Record<'packages' | 'findings' | 'suppressed', readonly string[]>>,
  check: Conformer,
): Report {
  // The lists were read apart: what is left of them is empty, and conforms.
  check(root, '', 'the document');
  // The schema knows a time as text only; formats that want it in whole seconds, or as UTC, reckon with it.
  if (Number.isNaN(Date.parse(String(root.created))))
    throw new PlimsollError('corrupt', 'this is no document that plimsoll wrote: created is no time', {
      hint: 'write it with -f json',
    });
  const packages = texts.packages.map((text, at) => storedPackage(text, at, check));
  const places = new Map(packages.map((pkg) => [placeOf(pkg, pkg.evidence), pkg]));
  const findings = texts.findings.map((text, at) => {
    const value = readJson(text) as StoredFinding;
    check(value, '/properties/findings/items', `findings/${at}`);
    return findingOf(value, places);
  });
  const suppressed = texts.suppressed.map((text, at) => {
    const value = readJson(text) as StoredSuppressed;
    check(value, '/properties/suppressed/items', `suppressed/${at}`);
    return suppressedOf(value, places);
  });
  const {
    os,
    summary: _,
    coverage,
    risks,
    ...rest
  } = root as unknown as Omit<Report, 'os'> & {
    readonly os: Report['os'] | null;
    readonly summary: unknown;
  };
  const { changes } = rest;
  return {
    ...rest,
    ...(changes === undefined ? {} : { changes: withOurCommands(changes) }),
    ...(os === null || os === undefined ? {} : { os: withDiffID(os) }),
    packages,
    coverage: (coverage ?? []).map((entry) => inModelWords(entry)),
    findings,
    risks: risks.map((risk) => ({ ...risk, evidence: storedEvidence(risk.evidence) })),
    subject: storedSubject(rest.subject),
    ...(root.suppressed === undefined ? {} : { suppressed }),
  };
}

/** One package of a document of ours. Throws `corrupt`. */
export function storedPackage(written: string, at: number, check: Conformer): Package {
  const value = readJson(written) as InDocument<Package>;
  check(value, '/properties/packages/items', `packages/${at}`);
  return { ...inModelWords(value), evidence: value.evidence.map(storedEvidence) };
}

/** No layer has an empty diffID, which is how what has no layers is known. */
export const storedEvidence = (evidence: Partial<Evidence>): Evidence =>
  (evidence.diffID === undefined ? { ...evidence, diffID: '' } : evidence) as Evidence;

/** What was scanned, as the code has it. */
export const storedSubject = (subject: Report['subject']): Report['subject'] => ({
  ...subject,
  layers: subject.layers.map((layer) => (layer.diffID === undefined ? { ...layer, diffID: '' } : layer)),
});

const withDiffID = (os: NonNullable<Report['os']>): NonNullable<Report['os']> =>
  os.evidence === undefined ? os : { ...os, evidence: storedEvidence(os.evidence) };

/** The same package in the same places, in `packages` and in a finding. */
const placeOf = (pkg: Pick<Package, 'purl' | 'version' | 'role'>, places: readonly Partial<Evidence>[]): string =>
  [pkg.purl, pkg.version, pkg.role ?? '', ...places.map(({ path, layer }) => `${layer}:${path}`)].join('\0');

function findingOf(value: StoredFinding, places: ReadonlyMap<string, Package>): Finding {
  const { package: named, locations, layer, advisories, reasons, ...rest } = value;
  const known = places.get(placeOf(named, locations));
  return {
    ...rest,
    package: known ?? lonePackage(named, locations, layer),
    statements: advisories,
    reasons: reasons.map((reason) => inModelWords(reason) as Reason),
  };
}

/** A package that is not among those listed: all that its finding says of it. */
function lonePackage(
  named: StoredFinding['package'],
  locations: StoredFinding['locations'],
  layer: StoredFinding['layer'],
): Package {
  const { index, ...brought } = layer ?? { index: -1 };
  const evidence = locations.map((location) =>
    storedEvidence(location.layer === index ? { ...brought, ...location } : location),
  );
  return { ...(inModelWords(named) as Omit<Package, 'evidence'>), evidence };
}

const suppressedOf = ({ by, finding, risk }: StoredSuppressed, places: ReadonlyMap<string, Package>): Suppressed => ({
  by,
  ...(finding ? { finding: findingOf(finding, places) } : {}),
  ...(risk ? { risk: { ...risk, evidence: storedEvidence(risk.evidence) } } : {}),
});
