import { createHash } from 'node:crypto';
import { coverageStatement } from '../../coverage/assessment.ts';
import { digestIn, imagePurl, repositoryIn } from '../../ecosystems/oci.ts';
import { type Finding, JUSTIFICATIONS, type Report, type Subject, type Suppression } from '../../model.ts';
import { reportFormat } from '../report-format.ts';
import { jsonPieces } from './json.ts';

/**
 * What exceptions and VEX documents say of this image, as one OpenVEX document for other scanners (`trivy --vex`, `grype --vex`). Only
 * what is not affected or fixed hides anything there; a risk that was merely accepted stays `affected`, with who accepted it: that is the truth,
 * and other scanners go on showing it.
 * https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md
 */
export const openvexReport = reportFormat({
  name: 'openvex',
  extension: 'openvex.json',
  mediaType: 'application/json',
  description: 'OpenVEX: what exceptions say of this image, for other scanners',
  leavesOut: ['findings', 'risks'],
  render: (report) => jsonPieces(Object.entries(documentOf(report))),
});

function documentOf(report: Report): Record<string, unknown> {
  const statements = statementsOf(report);
  const id = createHash('sha256')
    .update(JSON.stringify([report.subject.name, report.subject.digest, statements]))
    .digest('hex');
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `https://openvex.dev/docs/public/vex-${id}`,
    author: authorOf(report),
    timestamp: report.created,
    version: 1,
    tooling: [`plimsoll ${report.tool.version}`, ...[coverageStatement(report) ?? []].flat()].join('; '),
    statements,
  };
}

/** Whoever answers for all of it; several are named in their statements. */
function authorOf({ suppressed = [] }: Report): string {
  const owners = [...new Set(suppressed.flatMap(({ finding, by }) => (finding ? (by.owner ?? '') : [])))];
  return owners.length === 1 && owners[0] ? owners[0] : 'Unknown author';
}

/** One statement for what is said in the same words of the same vulnerability. */
function statementsOf({ suppressed = [], subject, created }: Report): readonly Record<string, unknown>[] {
  const groups = new Map<string, { readonly findings: Finding[]; readonly by: Suppression }>();
  for (const { finding, by } of suppressed) {
    if (!finding) continue;
    const key = JSON.stringify([finding.id, by.status, by.justification, by.reason, by.owner, by.until]);
    const group = groups.get(key);
    if (group) group.findings.push(finding);
    else groups.set(key, { findings: [finding], by });
  }
  return [...groups.values()].map(({ findings, by }) => {
    const [first] = findings as [Finding];
    const parts = [...new Set(findings.map(({ package: pkg }) => pkg.purl))];
    return {
      vulnerability: { name: first.id, ...(first.aliases.length > 0 ? { aliases: first.aliases } : {}) },
      timestamp: created,
      products: productsOf(subject, parts),
      ...statusOf(by),
    };
  });
}

/**
 * The image, by every name that a scanner may know it under, with its packages as parts. Where no registry has a digest for it, scanners know
 * an archive by nothing that they share: the packages are named themselves, in their exact versions.
 */
function productsOf(subject: Subject, parts: readonly string[]): readonly Record<string, unknown>[] {
  const { source, name, digest, repoTags = [], repoDigests = [] } = subject;
  const subcomponents = parts.map((purl) => ({ '@id': purl }));
  const digests = [
    ...(source === 'registry' && digest ? [[repositoryIn(name), digest] as const] : []),
    ...repoDigests.map((digest) => [repositoryIn(digest), digestIn(digest)] as const),
  ];
  const purls = digests.flatMap(([repository, digest]) => imagePurl({ repository, digest: digest }) ?? []);
  const ids = [...new Set([...purls, ...repoTags, ...(source === 'registry' ? [name] : [])])];
  return [
    ...ids.map((id) => ({ '@id': id, subcomponents })),
    ...(purls.length > 0 ? [] : parts.map((purl) => ({ '@id': purl }))),
  ];
}

/** VEX asks for a justification or an impact statement of what is not affected, and for an action of what is. */
function statusOf({ status, reason, justification, owner, unverified, until }: Suppression): Record<string, unknown> {
  const by = owner === undefined ? '' : ` by ${owner}`;
  if (status === 'accepted')
    return {
      status: 'affected',
      action_statement: `accepted${by}${until === undefined ? '' : ` until ${until}`}: ${reason ?? 'no reason given'}`,
    };
  // Whoever reads this document instead of the first one has to know whose word it is, and that nobody proved it.
  const notes = [unverified ? `said by ${owner}` : undefined, status === 'fixed' ? reason : undefined].filter(Boolean);
  const status_notes = notes.length > 0 ? { status_notes: notes.join(': ') } : {};
  if (status === 'fixed') return { status: 'fixed', ...status_notes };
  const isKnown = justification !== undefined && JUSTIFICATIONS.includes(justification);
  const impact = reason ?? justification ?? (status === 'false_positive' ? 'false positive' : 'not affected');
  return {
    status: 'not_affected',
    ...status_notes,
    ...(isKnown ? { justification } : {}),
    ...(isKnown && reason === undefined ? {} : { impact_statement: impact }),
  };
}
