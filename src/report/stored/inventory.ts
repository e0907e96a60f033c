import type { JsonObject } from '../../formats/text/index.ts';
import type { Inventory, Report } from '../../model.ts';
import type { Conformer } from './conform.ts';
import { storedEvidence, storedPackage, storedSubject } from './report.ts';

/** What an image holds, as `inventory -f json` wrote it. */
export interface ListedDocument extends Pick<Report, 'subject' | 'created'> {
  readonly inventory: Inventory;
}

/** An inventory from the parts of its document. Throws `corrupt`. */
export function listedFrom(root: JsonObject, packages: readonly string[], check: Conformer): ListedDocument {
  check(root, '', 'the document');
  const { subject, created, os, risks, unknowns, remarks, signs, files } = root as unknown as Omit<Inventory, 'os'> &
    Pick<Report, 'subject' | 'created'> & { readonly os: Inventory['os'] | null };
  return {
    subject: storedSubject(subject),
    created,
    inventory: {
      ...(os === null || os === undefined ? {} : { os }),
      packages: packages.map((text, at) => storedPackage(text, at, check)),
      risks: risks.map((risk) => ({ ...risk, evidence: storedEvidence(risk.evidence) })),
      unknowns,
      ...(remarks ? { remarks } : {}),
      ...(signs ? { signs } : {}),
      files,
    },
  };
}
