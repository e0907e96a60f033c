import { LIMITS } from '../../limits.ts';
import type { Bill, Supplier } from '../../model.ts';
import { objectsOf, textOf, textsOf, type UnknownRecord } from '../json-values.ts';
import { cycloneDxSupplier } from '../supplier.ts';
import { billEntry } from './entry.ts';
import { spdxFacts, spdxPaths } from './spdx-words.ts';

/** Elements that are packages. https://spdx.github.io/spdx-spec/v3.0.1/model/Software/Classes/Package/ */
const PACKAGES = /(?:^|[/_:])(?:Package|AIPackage|DatasetPackage)$/;
const typeOf = (element: UnknownRecord): string => textOf(element.type) ?? textOf(element['@type']) ?? '';

/** An SPDX 3.0 document: JSON-LD, a graph of elements in one list. https://spdx.github.io/spdx-spec/v3.0.1/serializations/ */
export function spdx3Bill(document: UnknownRecord): Bill {
  const graph = Array.isArray(document['@graph']) ? objectsOf(document['@graph']) : [document];
  const info = graph.find((element) => /(?:^|[/_:])CreationInfo$/.test(typeOf(element)));
  const head = graph.find((element) => /(?:^|[/_:])SpdxDocument$/.test(typeOf(element)));
  const tool = graph.find((element) => /(?:^|[/_:])Tool$/.test(typeOf(element)));
  const packages = graph.filter((element) => PACKAGES.test(typeOf(element)));
  const system = packages.find((element) => purposeOf(element) === 'operatingSystem');
  const agents = new Map(graph.flatMap((element) => agentOf(element)));
  const container = packages.find((element) => purposeOf(element) === 'container');
  const supplier = container && suppliedBy(container, agents);
  const entries = packages
    .filter((item) => item !== system && purposeOf(item) !== 'container')
    .map((element) => entry(element, agents));
  const left = entries.length - LIMITS.billPackages;
  const [name, created, creator] = [textOf(head?.name), textOf(info?.created), textOf(tool?.name)];
  const [systemName, systemVersion] = [textOf(system?.name), textOf(system?.software_packageVersion)];
  return {
    format: `SPDX-${textOf(info?.specVersion) ?? '3.0'}`,
    ...(name === undefined ? {} : { name }),
    ...(created === undefined ? {} : { created }),
    ...(supplier === undefined ? {} : { supplier }),
    ...(creator === undefined ? {} : { creator: creator.replace(/-v?(?=\d)/, ' ') }),
    ...(systemName === undefined
      ? {}
      : { system: { name: systemName, ...(systemVersion === undefined ? {} : { version: systemVersion }) } }),
    entries: entries.slice(0, LIMITS.billPackages),
    ...(left > 0 ? { left } : {}),
  };
}

const purposeOf = (element: UnknownRecord): string | undefined => textOf(element.software_primaryPurpose);

type Agents = ReadonlyMap<string, Supplier>;

/** https://spdx.github.io/spdx-spec/v3.0.1/model/Core/Classes/Agent/ */
function agentOf(element: UnknownRecord): (readonly [string, Supplier])[] {
  const kind = /(?:^|[/_:])(Agent|Organization|Person|SoftwareAgent)$/.exec(typeOf(element))?.[1];
  const id = textOf(element.spdxId) ?? textOf(element['@id']);
  if (kind === undefined || id === undefined) return [];
  const mail = objectsOf(element.externalIdentifier).find(
    ({ externalIdentifierType }) => externalIdentifierType === 'email',
  );
  const agent = cycloneDxSupplier(
    { name: element.name, email: mail?.identifier },
    kind === 'Person' ? 'person' : 'organization',
  );
  return agent === undefined ? [] : [[id, agent]];
}

/** https://spdx.github.io/spdx-spec/v3.0.1/model/Core/Properties/suppliedBy/; else who made it first. */
const suppliedBy = (element: UnknownRecord, agents: Agents): Supplier | undefined =>
  agents.get(textOf(element.suppliedBy) ?? '') ?? agents.get(textsOf(element.originatedBy)?.[0] ?? '');

function entry(element: UnknownRecord, agents: Agents) {
  const identifiers = objectsOf(element.externalIdentifier);
  const of = (type: RegExp): (string | undefined)[] =>
    identifiers
      .filter(({ externalIdentifierType }) => type.test(textOf(externalIdentifierType) ?? ''))
      .map(({ identifier }) => textOf(identifier));
  const sourceInfo = textOf(element.software_sourceInfo) ?? '';
  return billEntry({
    name: textOf(element.name),
    supplier: suppliedBy(element, agents),
    version: textOf(element.software_packageVersion),
    purls: [textOf(element.software_packageUrl), ...of(/^(?:purl|packageUrl)$/i)],
    cpes: of(/^cpe2[23]$/i),
    facts: spdxFacts(sourceInfo, textOf(element.comment) ?? ''),
    paths: spdxPaths(sourceInfo),
  });
}
