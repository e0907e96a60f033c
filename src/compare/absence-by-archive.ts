import { maven } from '../ecosystems/maven.ts';
import type { AbsenceQuestion } from './absence-question.ts';
import type { CauseFound } from './comparison.ts';

/**
 * An archive of Java that does not say which project it is: Trivy knows it by its bytes, or not at all. Its database of them is another than that of
 * advisories, is fetched apart, and no report says which archives it holds.
 */
export function byArchiveName({ row, has, lacks }: AbsenceQuestion): CauseFound | undefined {
  if (lacks.lens?.name.startsWith('trivy') !== true) return undefined;
  const installed = (lacks.verdict(row) ?? has.verdict(row))?.candidate.package;
  if (installed?.type !== maven.type || installed.certainty === undefined || installed.certainty === 'exact')
    return undefined;
  if (lacks.facts.versions(row.package).has(row.version)) return undefined;
  const place = installed.evidence[0]?.path;
  return {
    code: 'inventory.lang-gate',
    proof: 'inferred',
    says: 'The archive has no pom.properties: Trivy names such a one by its SHA-1 in its Java database alone, and it names none of this version',
    evidence: [
      {
        kind: 'rule',
        text: 'What pom.properties does not name is looked up in the Java database',
        cite: 'aquasecurity/trivy pkg/dependency/parser/java/jar/parse.go',
      },
      ...(place === undefined ? [] : [{ kind: 'file' as const, text: place }]),
    ],
  };
}
