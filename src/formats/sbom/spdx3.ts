import { LIMITS } from '../../limits.ts';
import type { Bill } from '../../model.ts';
import { objectsOf, textOf, type UnknownRecord } from '../json-values.ts';
import { billEntry } from './entry.ts';

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
  const entries = packages.filter((item) => item !== system && purposeOf(item) !== 'container').map(entry);
  const left = entries.length - LIMITS.factsPerImage;
  const [name, created, creator] = [textOf(head?.name), textOf(info?.created), textOf(tool?.name)];
  const [systemName, systemVersion] = [textOf(system?.name), textOf(system?.software_packageVersion)];
  return {
    format: `SPDX-${textOf(info?.specVersion) ?? '3.0'}`,
    ...(name === undefined ? {} : { name }),
    ...(created === undefined ? {} : { created }),
    ...(creator === undefined ? {} : { creator: creator.replace(/-v?(?=\d)/, ' ') }),
    ...(systemName === undefined
      ? {}
      : { system: { name: systemName, ...(systemVersion === undefined ? {} : { version: systemVersion }) } }),
    entries: entries.slice(0, LIMITS.factsPerImage),
    ...(left > 0 ? { left } : {}),
  };
}

const purposeOf = (element: UnknownRecord): string | undefined => textOf(element.software_primaryPurpose);

function entry(element: UnknownRecord) {
  const identifiers = objectsOf(element.externalIdentifier);
  const of = (type: RegExp): (string | undefined)[] =>
    identifiers
      .filter(({ externalIdentifierType }) => type.test(textOf(externalIdentifierType) ?? ''))
      .map(({ identifier }) => textOf(identifier));
  const built = /built (?:package from:?|from the source package) (\S+) ([^\s;]+)/.exec(
    (textOf(element.software_sourceInfo) ?? '').slice(0, 10_000),
  );
  return billEntry({
    name: textOf(element.name),
    version: textOf(element.software_packageVersion),
    purls: [textOf(element.software_packageUrl), ...of(/^(?:purl|packageUrl)$/i)],
    cpes: of(/^cpe2[23]$/i),
    facts: [
      ['plimsoll:source:name', built?.[1]],
      ['plimsoll:source:version', built?.[2]],
    ],
  });
}
