import { isObject, type Json } from '../formats/text/index.ts';
import { jsonFormat, type ReportBody, scanner } from './scanner.ts';

/** Whose list of findings has this name, where that tells. */
const LISTS: ReadonlyMap<string, { readonly scanner?: string; readonly title?: string }> = new Map([
  ['findings', { scanner: 'ecr-enhanced', title: 'AWS ECR enhanced (Inspector)' }],
  ['Findings', { scanner: 'ecr-enhanced', title: 'Amazon Inspector (Security Hub)' }],
  ['matches', { scanner: 'grype', title: 'Grype' }],
  ['results', { scanner: 'osv-scanner', title: 'OSV-Scanner' }],
  ['Results', { scanner: 'trivy', title: 'Trivy' }],
  ['occurrences', { scanner: 'gcp', title: 'GCP Artifact Analysis' }],
  ['vulnerabilities', {}],
]);

/** The one list of a document that holds nothing else of weight, if it is empty; `null` and `[]` are lists without a name. */
function emptyList(head: Json): string | undefined {
  if (head === null || (Array.isArray(head) && head.length === 0)) return '';
  if (!isObject(head)) return undefined;
  const names = Object.keys(head).filter((name) => LISTS.has(name));
  const name = names[0];
  if (names.length !== 1 || name === undefined || Object.keys(head).length > 3) return undefined;
  // GitLab's reports say what they are of: dependencies, secrets.
  if (isObject(head.scan)) return undefined;
  const value = head[name];
  return value === null || (Array.isArray(value) && value.length === 0) ? name : undefined;
}

/**
 * What scanners write when they found nothing and say no more: `null` (Trivy), `[]` (clair-scanner, Snyk of several
 * projects, Trivy until 0.19), `{"findings":[]}` (Inspector), `{"results":[]}` (OSV-Scanner). It is a report without
 * findings; whose it is shows only in the name of the list, if at all.
 */
const nothing = jsonFormat({
  name: 'empty report',
  recognise: (head) => emptyList(head) !== undefined,
  read(document): ReportBody {
    const list = LISTS.get(emptyList(document.root) ?? '') ?? {};
    const { title = 'A report without findings', scanner: behind } = list;
    return {
      ...(behind !== undefined && { scanner: behind }),
      title,
      subject: {},
      findings: [],
      notes: [{ code: 'empty', message: 'no findings, and nothing that says which image was scanned', count: 0 }],
    };
  },
});

export const empty = scanner({ name: 'unknown', title: 'Unknown scanner', formats: [nothing], lenses: [] });
