import { createHash } from 'node:crypto';
import { imagePurl } from '../../ecosystems/oci.ts';
import type { Plan, Remainder } from '../../remediate/plan.ts';
import { harmlessJson } from '../escape.ts';

/** States in which a publisher has judged that it does not act, in words. https://security-team.debian.org/security_tracker.html */
const SAID: Readonly<Partial<Record<Remainder['state'], string>>> = {
  'no-dsa': 'the distribution issues no advisory for it (no-dsa)',
  ignored: 'the distribution will not fix it in this release (ignored)',
  postponed: 'the distribution put the fix off to the next update (postponed)',
  'end-of-life': 'the package is no longer supported in this release (end-of-life)',
  'will-not-fix': 'the publisher will not fix it',
  deferred: 'the publisher put it off',
};

/**
 * A statement for each finding that stays, for a person to complete. Where the publisher said that it will not act, the image is
 * affected and its word is the action statement; what nobody judged is under investigation. Nothing is called not affected here:
 * that needs a reason that only those who run the image know.
 * https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md
 */
export function fixOpenvex(plan: Plan): Iterable<string> {
  const product = productOf(plan);
  const statements = plan.remaining.map((finding) => ({
    vulnerability: { name: finding.id },
    timestamp: plan.created,
    products: [{ '@id': product, subcomponents: [{ '@id': finding.purl }] }],
    ...statusOf(finding),
  }));
  const id = createHash('sha256')
    .update(JSON.stringify([product, plan.database.digest, statements]))
    .digest('hex');
  const document = {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `https://openvex.dev/docs/public/vex-${id}`,
    author: 'REPLACE: who answers for this image',
    timestamp: plan.created,
    version: 1,
    tooling: `plimsoll ${plan.tool.version}`,
    statements,
  };
  return [`${harmlessJson(JSON.stringify(document, null, 2))}\n`];
}

function statusOf(finding: Remainder): Record<string, string> {
  const said = SAID[finding.state];
  const note = finding.note === undefined ? '' : `: ${finding.note}`;
  if (said !== undefined) return { status: 'affected', action_statement: `No action: ${said}${note}` };
  if (finding.state === 'unimportant')
    return { status: 'under_investigation', status_notes: `The distribution calls it unimportant${note}` };
  if (finding.fix.state === 'fixed')
    return {
      status: 'affected',
      action_statement: `Fixed in ${finding.fix.version ?? 'a newer version'}, not taken over yet: ${finding.reason}`,
    };
  return { status: 'under_investigation', status_notes: `No fix is known${note}` };
}

/** The image that the statements are about. */
function productOf({ subject }: Plan): string {
  const repository = subject.name.replace(/(?:@.*|:[^/]*)$/, '');
  const digest = subject.digest ?? subject.imageId;
  return imagePurl({ repository, digest, fetchable: subject.source === 'registry' }) ?? subject.name;
}
