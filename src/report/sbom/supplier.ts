import { cpe } from '../../ecosystems/cpe.ts';
import { rpm } from '../../ecosystems/system-types.ts';
import { printable } from '../../errors.ts';
import { before } from '../../formats/ends.ts';
import { supplierNamed } from '../../formats/supplier.ts';
import type { Package, Report, Supplier } from '../../model.ts';

/**
 * Where the package comes from: whom a bill of materials or its own metadata names, else the publisher whose packages have such names
 * (the default repository of its package URL, the distribution). What has neither (a model, a program that somebody copied) came with the subject: SPDX
 * asks for the actual source of the distribution. Undefined where nobody says so.
 * https://spdx.github.io/spdx-spec/v2.3/package-information/#75-package-supplier-field
 */
export function supplierOf(pkg: Package, subject: Report['subject']): Supplier | undefined {
  const { supplier, type, maintainer, namespace } = pkg;
  if (supplier !== undefined) return supplier;
  const told = maintainer === undefined ? undefined : supplierNamed(maintainer);
  // rpm names a vendor, no person.
  if (told !== undefined) return type === rpm.type ? { ...told, kind: 'organization' } : told;
  const publisher = namespace?.split(':')[0];
  // NVD is no publisher of programs: it is where they are looked up.
  if (publisher !== undefined && publisher !== '' && publisher !== cpe.name) return organization(publisher);
  return subjectSupplier(subject);
}

/** Whom the subject is from: as it was stated, as the image's label says, else whose place in a registry its name is. */
export function subjectSupplier(subject: Report['subject']): Supplier | undefined {
  if (subject.supplier !== undefined) return subject.supplier;
  const vendor = subject.config?.run.Labels?.['org.opencontainers.image.vendor'];
  if (vendor !== undefined && vendor.trim() !== '') return organization(printable(vendor, 300).trim());
  // A local tag without a registry is nobody's word; a digest of a repository is that it was there.
  const name = subject.source === 'registry' ? subject.name : (subject.repoDigests?.[0] ?? subject.repoTags?.[0] ?? '');
  const place = before(name, '@').split('/').slice(0, -1).join('/');
  return place === '' ? undefined : organization(place);
}

const organization = (name: string): Supplier => ({ name, kind: 'organization' });
