import type { Bill } from '../../model.ts';
import { isObject, objectOf, textOf, type UnknownRecord } from '../json-values.ts';
import { cycloneDxBill } from './cyclonedx.ts';
import { cycloneDxOfXml } from './cyclonedx-xml.ts';
import { isSnapshot, snapshotBill } from './github.ts';
import { spdxBill } from './spdx.ts';
import { spdxOfTagValue } from './spdx-tag-value.ts';
import { spdx3Bill } from './spdx3.ts';
import { syftBill } from './syft.ts';

/** Envelopes within envelopes: GitHub's in BuildKit's is the most that was ever seen. */
const WRAPS = 4;

/**
 * The bill of materials that a JSON document is or wraps: CycloneDX, SPDX 2 and 3, Syft's own, what is sent to GitHub's dependency graph, each as it is or as GitHub's export
 * (`sbom`) and BuildKit's (`SPDX`) have it. Undefined for any other document.
 * https://docs.github.com/en/rest/dependency-graph/sboms
 */
export function billOfJson(document: UnknownRecord): Bill | undefined {
  let value: UnknownRecord = document;
  for (let wraps = 0; wraps <= WRAPS; wraps++) {
    if (value.bomFormat === 'CycloneDX') return cycloneDxBill(value);
    if (textOf(value.spdxVersion)?.startsWith('SPDX-2') === true) return spdxBill(value);
    if (isSpdx3(value)) return spdx3Bill(value);
    if (Array.isArray(value.artifacts) && isObject(value.descriptor)) return syftBill(value);
    if (isSnapshot(value)) return snapshotBill(value);
    const inner = value.sbom ?? value.SPDX ?? value.CycloneDX ?? statement(value);
    if (!isObject(inner)) return undefined;
    value = inner;
  }
  return undefined;
}

/** The context is a text or a list of them. */
const isSpdx3 = ({ '@context': context }: UnknownRecord): boolean =>
  [context].flat().some((address) => textOf(address)?.includes('spdx.org/rdf/3') === true);

/** An in-toto statement saved as it is. https://github.com/in-toto/attestation/tree/main/spec/v1 */
function statement(value: UnknownRecord): unknown {
  if (textOf(value._type)?.startsWith('https://in-toto.io/Statement/') !== true) return undefined;
  const predicate = objectOf(value.predicate);
  return isObject(predicate.Data) ? predicate.Data : predicate;
}

/** The bill of materials that a text is which is no JSON: CycloneDX as XML, SPDX 2 as tag-value. Undefined for another; throws `corrupt` for broken XML. */
export function billOfText(text: string): Bill | undefined {
  const document = /^\ufeff?\s*</.test(text) ? cycloneDxOfXml(text) : spdxOfTagValue(text);
  if (document === undefined) return undefined;
  return document.bomFormat === 'CycloneDX' ? cycloneDxBill(document) : spdxBill(document);
}
