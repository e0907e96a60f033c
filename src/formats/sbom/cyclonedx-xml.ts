import type { UnknownRecord } from '../json-values.ts';
import { readXml, type XmlElement } from '../text/index.ts';

/** What CycloneDX XML lists, and under which name its JSON has the list. */
const LISTS: ReadonlyMap<string, string> = new Map([
  ['components', 'component'],
  ['properties', 'property'],
  ['occurrences', 'occurrence'],
  ['tools', 'tool'],
  ['authors', 'author'],
]);

/**
 * A CycloneDX document in XML, as the JSON of the same document has it: members are elements or attributes, lists are elements of
 * elements. https://cyclonedx.org/docs/1.7/xml/ Throws `corrupt` for what is no XML.
 */
export function cycloneDxOfXml(text: string): UnknownRecord | undefined {
  const root = readXml(text);
  if (root.name !== 'bom') return undefined;
  // The version of the format is in its namespace: http://cyclonedx.org/schema/bom/1.6.
  const namespace = /cyclonedx\.org\/schema\/bom\/([\d.]+)/.exec(text.slice(0, 4_096))?.[1];
  if (namespace === undefined) return undefined;
  return { ...members(root), bomFormat: 'CycloneDX', specVersion: namespace };
}

function members({ attributes, children, text }: XmlElement): Record<string, unknown> {
  const entries: [string, unknown][] = [...attributes].map(([name, value]) => [name, value]);
  for (const child of children) entries.push([child.name, content(child)]);
  // <property name="a">b</property>
  if (children.length === 0 && attributes.has('name')) entries.push(['value', text.trim()]);
  return Object.fromEntries(entries.filter(([name]) => name !== '__proto__'));
}

function content(element: XmlElement): unknown {
  const item = LISTS.get(element.name);
  const items = item === undefined ? [] : element.children.filter(({ name }) => name === item);
  if (items.length > 0 || (item !== undefined && element.children.length === 0)) return items.map(members);
  return element.children.length === 0 && element.attributes.size === 0 ? element.text.trim() : members(element);
}
