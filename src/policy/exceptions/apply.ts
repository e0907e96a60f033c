import { addTo } from '../../collections.ts';
import { sourceOf } from '../../ecosystems/source-package.ts';
import { printable } from '../../errors.ts';
import type { Finding, Notice, Report, Risk, Subject, Suppressed, Suppression } from '../../model.ts';
import type { Exception } from './exception.ts';
import { isAboutFinding, isAboutRisk } from './match.ts';
import { imageHas } from './purl-match.ts';

/**
 * The report without what rules except, which is kept beside it with the rule that did. A rule past its day excepts nothing. What
 * is to be said of the rules themselves are notices: expired, about nothing in this image, about more than one package.
 */
export function applyExceptions(report: Report, rules: readonly Exception[], now: Date): Report {
  if (rules.length === 0) return report;
  const used = new Map<Exception, Set<string>>();
  const suppressed: Suppressed[] = [];
  const living = rules.filter((rule) => !isOver(rule, now));
  const take = (rule: Exception, finding: Suppressed, what: string): void => {
    const known = used.get(rule);
    if (known) known.add(what);
    else used.set(rule, new Set([what]));
    suppressed.push(finding);
  };
  const keptFinding = (finding: Finding): boolean => {
    const rule = living.find((exception) => isAboutFinding(exception, finding, report.subject));
    if (rule) take(rule, { finding, by: rule.by }, `${finding.package.type} ${sourceOf(finding.package).name}`);
    return !rule;
  };
  const keptRisk = (risk: Risk): boolean => {
    const rule = living.find((exception) => isAboutRisk(exception, risk, report.subject));
    if (rule) take(rule, { risk, by: rule.by }, risk.evidence.path);
    return !rule;
  };
  const findings = report.findings.filter(keptFinding);
  const risks = report.risks.filter(keptRisk);
  return {
    ...report,
    findings,
    risks,
    suppressed,
    notices: [
      ...report.notices,
      ...rules.flatMap((rule) => noticesOf(rule, used.get(rule), now, report)),
      ...idleDocuments(rules, used, report),
      ...hidesMost(suppressed, findings.length),
    ],
  };
}

/** What an exception says of a finding; `ended`: its day is over, and it takes nothing out any more. */
export interface Excepted {
  readonly by: Suppression;
  readonly ended?: true;
}

/** The same of single findings: who takes one out of the count today, else whose word on it is over. */
export function excepting(
  rules: readonly Exception[],
  subject: Subject,
  now: Date,
): (finding: Finding) => Excepted | undefined {
  return (finding) => {
    const about = rules.filter((rule) => isAboutFinding(rule, finding, subject));
    const living = about.find((rule) => !isOver(rule, now));
    if (living) return { by: living.by };
    return about[0] && { by: about[0].by, ended: true };
  };
}

/** Whether a rule's last day is over, or its last moment. */
const isOver = ({ until, end }: Exception, now: Date): boolean =>
  end === undefined ? until !== undefined && until < now.toISOString().slice(0, 10) : end <= now.toISOString();

function noticesOf(
  rule: Exception,
  used: ReadonlySet<string> | undefined,
  now: Date,
  report: Report,
): readonly Notice[] {
  const what = `the exception for ${rule.ids.join(', ') || 'any id'} (${rule.by.where})`;
  if (isOver(rule, now)) {
    const isNeeded =
      report.findings.some((finding) => isAboutFinding(rule, finding, report.subject)) ||
      report.risks.some((risk) => isAboutRisk(rule, risk, report.subject));
    const message = `${what} ended on ${rule.until}${isNeeded ? ': what it was about counts again' : ''}`;
    return [{ level: isNeeded ? 'warning' : 'info', code: 'exception-expired', message }];
  }
  // A publisher's document speaks of all its products: that one statement says nothing of this image is no news.
  if (!used)
    return rule.products
      ? []
      : [{ level: 'info', code: 'exception-unused', message: `${what} is about nothing in this image` }];
  if (used.size < 2 || rule.products) return [];
  const names = [...used].slice(0, 5).join(', ');
  return [{ level: 'warning', code: 'exception-wide', message: `${what} hides ${used.size} packages: ${names}` }];
}

/**
 * Documents of VEX that hide nothing here, though somebody named them: each once. Where what they speak of is found, and their products are others, that
 * is a warning: the name of the product is what such documents are got wrong by.
 */
function* idleDocuments(
  rules: readonly Exception[],
  used: ReadonlyMap<Exception, unknown>,
  { findings, subject }: Report,
): Generator<Notice> {
  const documents = new Map<string, Exception[]>();
  for (const rule of rules) if (rule.products) addTo(documents, documentOf(rule), rule);
  const ids = new Set(findings.flatMap(({ id, aliases }) => [id, ...aliases]).map((id) => id.toUpperCase()));
  for (const [document, statements] of documents) {
    if (statements.some((rule) => used.has(rule))) continue;
    if (statements.every(({ products }) => products?.length === 0)) {
      const message = `${document} hides nothing: no statement calls anything not affected or fixed that has a package URL`;
      yield { level: 'warning', code: 'vex-idle', message };
      continue;
    }
    const missed = statements.find((rule) => rule.ids.some((id) => ids.has(id.toUpperCase())));
    const products = (missed?.products ?? [])
      .flatMap(({ product, parts }) => (imageHas(product, subject) && parts.length > 0 ? parts : [product]))
      .slice(0, 2)
      .map((product) => printable(product, 100));
    yield missed === undefined
      ? { level: 'info', code: 'vex-idle', message: `${document} hides nothing: it is about no finding of this image` }
      : {
          level: 'warning',
          code: 'vex-other-product',
          message: `${document} hides nothing: what it says of ${missed.ids.slice(0, 3).join(', ')} is about other products than this image and its packages (${products.join(', ')})`,
        };
  }
}

/** The file or attached document of a statement: a colon is part of a digest, and of many a path. */
const documentOf = ({ by }: Exception): string => by.where.replace(/: (?:statement|vulnerability) \d{1,9}$/, '');

/** Findings taken out from which on it is told that most of them are. */
const MANY = 10;

/** Exceptions are meant for exceptions: where they take out most of what was found, it is said how much, and whose word that is. */
function hidesMost(suppressed: readonly Suppressed[], left: number): readonly Notice[] {
  const hidden = suppressed.flatMap(({ finding, by }) => (finding ? [{ finding, by }] : []));
  if (hidden.length < MANY || hidden.length <= left) return [];
  const authors = new Map<string, number>();
  for (const { by } of hidden) {
    const author = `${by.owner ?? 'nobody named'} (${by.where.replace(/(?::\d+)+$/, '')})`;
    authors.set(author, (authors.get(author) ?? 0) + 1);
  }
  const most = [...authors].sort((a, b) => b[1] - a[1]).slice(0, 3);
  const critical = hidden.filter(({ finding }) => finding.severity === 'CRITICAL').length;
  const message = `exceptions take out ${hidden.length} of ${hidden.length + left} findings${critical === 0 ? '' : `, ${critical} of them CRITICAL`}: ${most.map(([author, count]) => `${count} on the word of ${author}`).join(', ')}`;
  return [{ level: 'warning', code: 'exceptions-hide-most', message }];
}
