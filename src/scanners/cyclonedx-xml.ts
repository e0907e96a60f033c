import { child, children, childText, type XmlElement } from '../formats/text/index.ts';
import { bodyOf, type Component, type DocumentVulnerability, findingFacts } from './cyclonedx-facts.ts';
import type { XmlFormat } from './scanner.ts';

/** CycloneDX XML: 1.4 and later, and the vulnerability extension that 1.2 and 1.3 used. https://cyclonedx.org/ext/vulnerability/ */
export const cyclonedxXml: XmlFormat = {
  kind: 'xml',
  name: 'CycloneDX XML',
  recognise: (root) => root.name === 'bom',
  read(root) {
    const metadata = child(root, 'metadata');
    const tool =
      child(child(metadata, 'tools'), 'tool') ?? child(child(child(metadata, 'tools'), 'components'), 'component');
    const subject = child(metadata, 'component');
    const components = new Map<string, Component>();
    for (const element of children(child(root, 'components'), 'component')) addXmlComponent(components, element, 0);
    const lists = children(root, 'vulnerabilities').flatMap((element) => children(element, 'vulnerability'));
    return bodyOf(
      { name: childText(tool, 'name'), version: childText(tool, 'version') },
      { name: childText(subject, 'name'), version: childText(subject, 'version') },
      childText(metadata, 'timestamp'),
      findingFacts(
        components,
        [...lists.map((element) => xmlVulnerability(element)), ...embedded(root, components)],
        childText(tool, 'name'),
      ),
    );
  },
};

/** The extension also allowed vulnerabilities inside the component they concern, which then needs no reference of its own. */
function embedded(root: XmlElement, components: Map<string, Component>): readonly DocumentVulnerability[] {
  return children(child(root, 'components'), 'component').flatMap((element, index) => {
    const place = `component ${index}`;
    components.set(place, {
      ref: place,
      name: childText(element, 'name'),
      version: childText(element, 'version'),
      purl: childText(element, 'purl'),
    });
    return children(child(element, 'vulnerabilities'), 'vulnerability').map((element) => ({
      ...xmlVulnerability(element),
      affects: [place],
    }));
  });
}

function addXmlComponent(all: Map<string, Component>, element: XmlElement, depth: number): void {
  const ref = element.attributes.get('bom-ref');
  const purl = childText(element, 'purl');
  const component: Component = { ref, name: childText(element, 'name'), version: childText(element, 'version'), purl };
  for (const key of [ref, purl]) if (key !== undefined) all.set(key, component);
  if (depth < 32)
    for (const inner of children(child(element, 'components'), 'component')) addXmlComponent(all, inner, depth + 1);
}

function xmlVulnerability(element: XmlElement): DocumentVulnerability {
  const source = (element: XmlElement | undefined): string | undefined =>
    child(element, 'source')?.attributes.get('name') ?? childText(child(element, 'source'), 'name');
  const refs = children(child(element, 'affects'), 'target').map((target) => childText(target, 'ref'));
  const own = element.attributes.get('ref');
  return {
    id: childText(element, 'id'),
    source: source(element),
    references: children(child(element, 'references'), 'reference').map((element) => childText(element, 'id')),
    ratings: children(child(element, 'ratings'), 'rating').map((element) => ({
      source: source(element),
      severity: childText(element, 'severity'),
      score:
        Number.parseFloat(childText(child(element, 'score'), 'base') ?? childText(element, 'score') ?? '') || undefined,
      method: childText(element, 'method'),
      vector: childText(element, 'vector'),
    })),
    affects: refs.length > 0 ? refs : own === undefined ? [] : [own],
    state: childText(child(element, 'analysis'), 'state'),
    responses: children(child(child(element, 'analysis'), 'responses'), 'response').map(({ text }) => text.trim()),
    published: childText(element, 'published'),
    recommendation: childText(element, 'recommendation'),
  };
}
