import { LIMITS } from '../../limits.ts';
import type { Bill, BillEntry, Supplier } from '../../model.ts';
import { isObject, objectOf, objectsOf, textOf, type UnknownRecord } from '../json-values.ts';
import { cycloneDxSupplier, supplierNamed } from '../supplier.ts';
import { billEntry } from './entry.ts';

/** Kinds of components that are no packages: files, the algorithms in a program, the machine it is about. */
const NO_PACKAGES: ReadonlySet<string> = new Set(['file', 'cryptographic-asset', 'data', 'device']);

/** A CycloneDX document, 1.2 to 1.7. https://cyclonedx.org/docs/1.7/json/ */
export function cycloneDxBill(document: UnknownRecord): Bill {
  const metadata = objectOf(document.metadata);
  const subject = objectOf(metadata.component);
  const entries: BillEntry[] = [];
  let system: Bill['system'];
  let left = 0;
  // Components may hold components; those of the subject are its own.
  const stack: UnknownRecord[] = [...objectsOf(document.components), ...objectsOf(subject.components)].reverse();
  for (let component = stack.pop(); component !== undefined; component = stack.pop()) {
    if (entries.length >= LIMITS.billPackages) {
      left += 1;
      continue;
    }
    stack.push(...[...objectsOf(component.components)].reverse());
    const type = textOf(component.type) ?? 'library';
    if (type === 'operating-system') system ??= systemOf(component);
    else if (!NO_PACKAGES.has(type) && !isFileOfPackages(component)) entries.push(entry(component));
  }
  // A document on a system has it as its subject.
  if (subject.type === 'operating-system') system ??= systemOf(subject);
  const version = textOf(subject.version);
  const supplier =
    cycloneDxSupplier(metadata.supplier, kindOf(subject)) ??
    supplierOf(subject) ??
    cycloneDxSupplier(metadata.manufacture);
  return {
    format: `CycloneDX ${textOf(document.specVersion) ?? ''}`.trim(),
    ...(textOf(subject.name) === undefined ? {} : { name: textOf(subject.name)! }),
    ...(version?.startsWith('sha256:') ? { digest: version } : {}),
    ...(textOf(metadata.timestamp) === undefined ? {} : { created: textOf(metadata.timestamp)! }),
    ...(supplier === undefined ? {} : { supplier }),
    ...(creatorOf(metadata.tools) === undefined ? {} : { creator: creatorOf(metadata.tools)! }),
    ...(system === undefined ? {} : { system }),
    entries,
    ...(left === 0 ? {} : { left }),
  };
}

/** A lock file or a program that Trivy found packages in, listed beside them. https://trivy.dev/latest/docs/supply-chain/sbom/ */
const isFileOfPackages = (component: UnknownRecord): boolean =>
  component.purl === undefined &&
  component.version === undefined &&
  propertiesOf(component).some(([name, value]) => name === 'aquasecurity:trivy:Class' && value === 'lang-pkgs');

function entry(component: UnknownRecord): BillEntry {
  const facts = propertiesOf(component);
  const evidence = objectOf(component.evidence);
  const [group, name] = [textOf(component.group), textOf(component.name)];
  return billEntry({
    name,
    supplier: supplierOf(component),
    version: textOf(component.version),
    purls: [textOf(component.purl)],
    cpes: [textOf(component.cpe), ...[...facts].filter(([key]) => key === 'syft:cpe23').map(([, value]) => value)],
    facts: group === undefined ? facts : [...facts, ['group', group] as const],
    paths: [
      ...objectsOf(evidence.occurrences).map((occurrence) => textOf(occurrence.location)),
      ...facts.flatMap(([key, value]) => (/^syft:location:\d+:path$/.test(key) ? [value] : [])),
      facts.find(([key]) => key === 'aquasecurity:trivy:FilePath')?.[1],
    ],
  });
}

/** A person is said to be one in a property of ours: the format knows organizational entities. */
const kindOf = (component: UnknownRecord): Supplier['kind'] =>
  propertiesOf(component).some(([name, value]) => name === 'plimsoll:supplier' && value === 'person')
    ? 'person'
    : 'organization';

/** Who supplied, made, published or wrote it: the first of them that is named. https://cyclonedx.org/docs/1.6/json/#components_items_supplier */
function supplierOf(component: UnknownRecord): Supplier | undefined {
  const { supplier, manufacturer, publisher, authors, author } = component;
  return (
    cycloneDxSupplier(supplier, kindOf(component)) ??
    cycloneDxSupplier(manufacturer) ??
    supplierNamed(textOf(publisher) ?? '') ??
    cycloneDxSupplier(objectsOf(authors)[0], 'person') ??
    supplierNamed(textOf(author) ?? '')
  );
}

const propertiesOf = (component: UnknownRecord): (readonly [string, string])[] =>
  objectsOf(component.properties).flatMap((property) => {
    const [name, value] = [textOf(property.name), textOf(property.value)];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });

/** Syft says the id, the number and the codename in properties; Trivy its own name of the family. */
function systemOf(component: UnknownRecord): Bill['system'] {
  const facts = new Map(propertiesOf(component));
  const name = facts.get('syft:distro:id') ?? textOf(component.name);
  if (name === undefined) return undefined;
  const version =
    facts.get('syft:distro:versionID') ?? textOf(component.version) ?? facts.get('syft:distro:versionCodename');
  const title = facts.get('syft:distro:prettyName') ?? textOf(component.description);
  return { name, ...(version === undefined ? {} : { version }), ...(title === undefined ? {} : { title }) };
}

/** Tools are a list up to 1.4 and an object of components since 1.5. */
function creatorOf(tools: unknown): string | undefined {
  const [tool] = objectsOf(isObject(tools) ? tools.components : tools);
  const name = textOf(tool?.name);
  return name === undefined ? undefined : [name, textOf(tool?.version)].filter(Boolean).join(' ');
}
