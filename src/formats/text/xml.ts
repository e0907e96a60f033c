import { createRequire } from 'node:module';
import type { SaxesTagPlain } from 'saxes';
import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';

const require = createRequire(import.meta.url);

/** Loaded when the first XML document is met. */
const library = (): typeof import('saxes') => require('saxes');

/** An element: name without prefix, attributes by name without prefix, text of its own, children in order. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface Open extends XmlElement {
  text: string;
  readonly children: XmlElement[];
}

/**
 * What other scanners write into reports though XML forbids it: entities that nobody declared, and control characters of a package's
 * description. They stay in the text as they stand.
 */
const FORGIVEN = /: (?:undefined entity|malformed character entity|disallowed character)\.$/;

/**
 * Reads an XML document into elements. A document type declaration is refused: it is what entity bombs and external
 * entities need. Throws `corrupt` with line and column, `limit` beyond `LIMITS.documentDepth`.
 * https://www.w3.org/TR/xml/
 */
export function readXml(source: string): XmlElement {
  const parser = new (library().SaxesParser)({ xmlns: false });
  const stack: Open[] = [];
  let root: Open | undefined;
  let ending = false;
  parser.on('error', ({ message }) => {
    if (FORGIVEN.test(message)) return;
    if (ending)
      throw new PlimsollError('corrupt', `the XML ends in the middle, after ${source.length} characters`, {
        hint: 'the file is cut off: get it again',
      });
    throw new PlimsollError('corrupt', `not valid XML: ${message.replace(/^(\d+):(\d+): /, 'line $1, column $2: ')}`);
  });
  parser.on('doctype', () => {
    throw new PlimsollError('corrupt', 'not valid XML: a document type declaration, which is not accepted');
  });
  const text = (part: string): void => {
    const top = stack.at(-1);
    if (top !== undefined) top.text += part;
  };
  parser.on('text', text);
  parser.on('cdata', text);
  parser.on('opentag', (tag) => {
    tick();
    if (stack.length >= LIMITS.documentDepth)
      throw new PlimsollError('limit', `the document is nested deeper than ${LIMITS.documentDepth} levels`);
    const element = opened(tag);
    const parent = stack.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
    stack.push(element);
  });
  parser.on('closetag', () => void stack.pop());
  parser.write(source.charCodeAt(0) === 0xfeff ? source.slice(1) : source);
  ending = true;
  parser.close();
  return root as XmlElement; // without one, closing is an error
}

function opened(tag: SaxesTagPlain): Open {
  return {
    name: withoutPrefix(tag.name),
    attributes: new Map(Object.entries(tag.attributes).map(([key, value]) => [withoutPrefix(key), value])),
    text: '',
    children: [],
  };
}

const withoutPrefix = (name: string): string => name.slice(name.indexOf(':') + 1);

/** The first child of that name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((element) => element.name === name);
}

/** The children of that name. */
export function children(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((element) => element.name === name) ?? [];
}

/** The trimmed text of a child; undefined when it is not there or says nothing. */
export function childText(element: XmlElement | undefined, name: string): string | undefined {
  return child(element, name)?.text.trim() || undefined;
}
