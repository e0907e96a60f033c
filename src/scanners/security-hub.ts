import { withoutUndefined } from '../collections.ts';
import { typeInWords } from '../ecosystems/index.ts';
import { type Json, type JsonObject, list, number, object, text, texts } from '../formats/text/index.ts';
import { packageFacts, vendor } from './inspector-package.ts';
import { ratingOfWord, ratings, scoreRating } from './ratings.ts';
import { digestOfReference } from './references.ts';
import {
  type FindingFact,
  type ForeignSubject,
  type JsonFormat,
  jsonFormat,
  type ReadNote,
  type ReportBody,
} from './scanner.ts';
import { typeOfName, typeOfPlace, typeOfTarget } from './trivy-places.ts';

/** Who wrote a finding: the scanner as it is called here, and for people. */
interface Product {
  readonly scanner: string;
  readonly title: string;
}

/** Scanners known here whose findings stand in Security Hub, by what is told of the product. */
const PRODUCTS: readonly (readonly [told: RegExp, product: Product])[] = [
  [/\binspector\b/i, { scanner: 'ecr-enhanced', title: 'Amazon Inspector' }],
  [/\bplimsoll\b/i, { scanner: 'plimsoll', title: 'Plimsoll' }],
  [/\btrivy\b/i, { scanner: 'trivy', title: 'Trivy' }],
  [/\bgrype\b/i, { scanner: 'grype', title: 'Grype' }],
  [/\bsnyk\b/i, { scanner: 'snyk', title: 'Snyk' }],
];

/** Whose finding it is. Who has no product of its own in Security Hub writes as `default`, and its name among the fields. */
function productOf(row: JsonObject): Product {
  const fields = object(row.ProductFields);
  const arn = /:product\/(.+)$/.exec(text(row.ProductArn) ?? '')?.[1];
  const [name] = [fields['Product Name'], fields['aws/securityhub/ProductName'], row.ProductName]
    .map((value) => text(value))
    .filter((value) => value !== undefined && !/^default$/i.test(value));
  const told = [name, text(row.GeneratorId), arn].filter((value) => value !== undefined);
  for (const value of told) for (const [pattern, product] of PRODUCTS) if (pattern.test(value)) return product;
  return { scanner: 'unknown', title: name ?? arn ?? 'a product that is not named' };
}

/**
 * Findings in the AWS Security Finding Format, as Security Hub exports them: of Inspector, and of whoever else writes there.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
 */
function asff(name: string, pattern: string, rowsOf: (head: Json) => readonly Json[]): JsonFormat {
  return jsonFormat({
    name,
    recognise(head) {
      const first = object(rowsOf(head)[0]);
      return first.SchemaVersion !== undefined && (first.ProductArn !== undefined || first.ProductName !== undefined);
    },
    rows: { [pattern]: (row) => ({ ...row, Description: null }) },
    read: (document) => readAsff(document.rows(pattern).map(({ value }) => value)),
  });
}

function readAsff(rows: readonly JsonObject[]): ReportBody {
  const products = new Map<string, { product: Product; rows: JsonObject[]; findings: FindingFact[] }>();
  for (const [index, row] of rows.entries()) {
    const product = productOf(row);
    const known = products.get(product.title) ?? { product, rows: [], findings: [] };
    const trivy = product.scanner === 'trivy' ? trivyFact(row) : undefined;
    known.rows.push(row);
    known.findings.push(...(trivy === undefined ? asffFacts(row, index) : [trivy]));
    products.set(product.title, known);
  }
  // A report is of one scanner: the one with the most to say of packages.
  const most = (a: { findings: readonly unknown[] }, b: { findings: readonly unknown[] }): number =>
    b.findings.length - a.findings.length;
  const [main, ...others] = [...products.values()].sort(most);
  if (main === undefined || main.findings.length === 0)
    return {
      scanner: 'unknown',
      title: 'AWS Security Hub',
      subject: subjectOf(rows),
      findings: [],
      notes: [left(`no finding on a vulnerable package: ${rows.length} of ${inWords([...products.values()])}`, rows)],
    };
  const out = others.flatMap((other) => other.rows);
  return {
    scanner: main.product.scanner,
    title: `${main.product.title} (Security Hub)`,
    subject: main.product.scanner === 'trivy' ? trivySubject(main.rows) : subjectOf(main.rows),
    findings: main.findings,
    notes: out.length === 0 ? [] : [left(`findings of other products are left out: of ${inWords(others)}`, out)],
  };
}

const left = (message: string, rows: readonly JsonObject[]): ReadNote => ({
  code: 'other-findings',
  message,
  count: rows.length,
});

/** The first of them, for a sentence. */
const inWords = (all: readonly { readonly product: Product }[]): string =>
  [...all.slice(0, 3).map(({ product }) => product.title.slice(0, 60)), ...(all.length > 3 ? ['others'] : [])].join(
    ', ',
  );

/** The image, as the first resource tells it that tells any. */
function subjectOf(rows: readonly JsonObject[]): ForeignSubject {
  const platform = rows
    .flatMap((row) => Object.entries(object(row.ProductFields)))
    .find(([key]) => key.endsWith('/platform'))?.[1];
  const resources = rows.map((row) => object(list(row.Resources)[0]));
  const resource = resources.find((value) => /Container/.test(text(value.Type) ?? '')) ?? resources[0] ?? {};
  const details = object(object(resource.Details).AwsEcrContainerImage);
  const container = object(object(resource.Details).Container);
  // arn:aws:ecr:REGION:ACCOUNT:repository/NAME/sha256:DIGEST
  const [, repository, digest] = /:repository\/(.+)\/(sha256:[0-9a-f]{64})$/.exec(text(resource.Id) ?? '') ?? [];
  const name = text(details.RepositoryName) ?? repository ?? text(container.ImageName);
  return withoutUndefined({
    name,
    digest: text(details.ImageDigest) ?? digest ?? digestOfReference(name),
    imageId: text(container.ImageId),
    platform: text(details.Architecture),
    os: text(platform)?.toLowerCase().replace('_', ':').replaceAll('_', '.'),
  });
}

/** What Trivy writes by its template for Security Hub. https://github.com/aquasecurity/trivy/blob/main/contrib/asff.tpl */
function trivySubject(rows: readonly JsonObject[]): ForeignSubject {
  const targets = rows.map((row) => text(object(list(row.Resources)[0]).Id) ?? '');
  const [, name, system, release] =
    targets.map((target) => SYSTEM_TARGET.exec(target)).find((parts) => parts !== null) ?? [];
  return withoutUndefined({
    name,
    digest: digestOfReference(name),
    os: system === undefined ? undefined : `${system}:${release}`.toLowerCase(),
  });
}

/** `alpine:3.15 (alpine 3.15.0)`: Trivy's name for what it found of the system in an image; others are files, or `Python`. */
const SYSTEM_TARGET = /^(.*) \((\S+) ([^()\s]+)\)$/;

function trivyFact(row: JsonObject): FindingFact | undefined {
  const resource = object(list(row.Resources)[0]);
  const told = object(object(resource.Details).Other);
  const [id, name] = [text(told['CVE ID']), text(told.PkgName)];
  // Misconfigurations and secrets have the same form without these.
  if (id === undefined || name === undefined) return undefined;
  const target = text(resource.Id) ?? '';
  const system = SYSTEM_TARGET.exec(target)?.[2];
  const version = text(told['Installed Package']);
  const fixed = (text(told['Patched Package']) ?? '').split(/,\s*/).filter((part) => part !== '');
  const label = text(object(row.Severity).Label);
  return {
    id,
    package: name,
    kind: system === undefined ? 'unknown' : 'binary',
    ...withoutUndefined({
      version,
      type:
        system === undefined
          ? (typeOfPlace(target) ?? typeOfTarget(target) ?? typeOfName(name, version))
          : typeInWords(system),
      // Security Hub has no word for what nobody rated.
      severity: label === 'INFORMATIONAL' ? 'UNKNOWN' : label,
      title: text(told['CVE Title']) || undefined,
      url: text(object(object(row.Remediation).Recommendation).Url),
    }),
    ratings: ratings(
      ...['3', '2'].map((major) => {
        const score = Number.parseFloat(text(told[`NvdCvssScoreV${major}`]) ?? '');
        return score > 0 ? scoreRating('nvd', score, text(told[`NvdCvssVectorV${major}`]), `${major}.0`) : undefined;
      }),
    ),
    fix: { state: fixed.length > 0 ? 'fixed' : 'not-fixed', versions: fixed },
  };
}

function* asffFacts(row: JsonObject, index: number): Generator<FindingFact> {
  const workflow = text(object(row.Workflow).Status);
  for (const entry of list(row.Vulnerabilities)) {
    const vulnerability = object(entry);
    const vendorFacts = object(vulnerability.Vendor);
    for (const value of list(vulnerability.VulnerablePackages)) {
      yield {
        row: String(index),
        id: text(vulnerability.Id),
        aliases: texts(vulnerability.RelatedVulnerabilities),
        ...packageFacts(lowerKeys(object(value)), text(vulnerability.FixAvailable)),
        ...withoutUndefined({
          severity: text(object(row.ProductFields)['plimsoll/severity']) ?? text(object(row.Severity).Label),
          feed: text(vendorFacts.Name),
          vendorWord: text(vendorFacts.VendorSeverity),
          url: text(vendorFacts.Url),
          suppressed:
            workflow === 'SUPPRESSED'
              ? 'suppressed in Security Hub'
              : text(row.RecordState) === 'ARCHIVED'
                ? 'archived: no longer found'
                : undefined,
          title: text(row.Title),
        }),
        ratings: ratings(
          ratingOfWord(vendor(text(vendorFacts.Name)), text(vendorFacts.VendorSeverity)),
          ...list(vulnerability.Cvss).map((score) => {
            const { BaseScore, BaseVector, Source, Version } = object(score);
            return scoreRating(
              text(Source)?.toLowerCase() ?? 'nvd',
              number(BaseScore),
              text(BaseVector),
              text(Version),
            );
          }),
        ),
      };
    }
  }
}

function lowerKeys(row: JsonObject): JsonObject {
  const lower: Record<string, Json> = Object.create(null);
  for (const [key, value] of Object.entries(row))
    if (value !== undefined) lower[key[0]!.toLowerCase() + key.slice(1)] = value;
  return lower;
}

/** Security Hub's findings as `get-findings` prints them, as they are exported, and as a bare list. */
export const securityHubFormats: readonly JsonFormat[] = [
  asff('AWS Security Hub findings (ASFF)', 'Findings.*', (head) => list(object(head).Findings)),
  asff('AWS Security Hub findings (ASFF, lower case)', 'findings.*', (head) => list(object(head).findings)),
  asff('AWS Security Hub findings (ASFF list)', '*', list),
];
