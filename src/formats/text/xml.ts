import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';

/** An element: name without prefix, attributes by name without prefix, text of its own, children in order. */
export interface XmlElement {
  readonly name: string;
  /** Namespace prefix as written, empty without one. */
  readonly prefix: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface Open {
  readonly name: string;
  readonly prefix: string;
  readonly attributes: Map<string, string>;
  text: string;
  readonly children: XmlElement[];
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

/**
 * Reads an XML document into elements. A document type declaration is refused: it is what entity bombs and external
 * entities need. Throws `corrupt` with the offset, `limit` beyond `LIMITS.documentDepth`.
 * https://www.w3.org/TR/xml/
 */
export function readXml(source: string): XmlElement {
  const stack: Open[] = [];
  let root: Open | undefined;
  let at = 0;
  const fail = (what: string): never => {
    throw new PlimsollError('corrupt', `not valid XML: ${what} at character ${at}`);
  };
  const skipTo = (mark: string, what: string): string => {
    const end = source.indexOf(mark, at);
    if (end < 0) fail(`${what} without end`);
    const inside = source.slice(at, end);
    at = end + mark.length;
    return inside;
  };
  const addText = (text: string): void => {
    const top = stack.at(-1);
    if (top !== undefined) top.text += text;
    else if (text.trim() !== '' && text.charCodeAt(0) !== 0xfeff) fail('text outside the root element');
  };
  while (at < source.length) {
    const open = source.indexOf('<', at);
    if (open < 0) {
      addText(decode(source.slice(at)));
      at = source.length;
      break;
    }
    if (open > at) addText(decode(source.slice(at, open)));
    at = open;
    if (source.startsWith('<!--', at)) {
      at += 4;
      skipTo('-->', 'a comment');
    } else if (source.startsWith('<![CDATA[', at)) {
      at += 9;
      addText(skipTo(']]>', 'a CDATA section'));
    } else if (source.startsWith('<?', at)) {
      at += 2;
      skipTo('?>', 'a processing instruction');
    } else if (source.startsWith('<!', at)) fail('a document type declaration, which is not accepted,');
    else if (source.startsWith('</', at)) {
      at += 2;
      const name = skipTo('>', 'a closing tag').trim();
      const closed = stack.pop() ?? fail('a closing tag that closes nothing');
      if (qualified(closed) !== name) fail(`</${name.slice(0, 40)}> where </${qualified(closed)}> belongs`);
    } else {
      const begun = tag();
      const parent = stack.at(-1);
      if (parent !== undefined) parent.children.push(begun.element);
      else if (root === undefined) root = begun.element;
      else fail('a second root element');
      if (!begun.empty) {
        if (stack.length >= LIMITS.documentDepth)
          throw new PlimsollError('limit', `the document is nested deeper than ${LIMITS.documentDepth} levels`);
        stack.push(begun.element);
      }
    }
  }
  if (root === undefined || stack.length > 0) {
    throw new PlimsollError('corrupt', `the XML ends in the middle, after ${source.length} characters`, {
      hint: 'the file is cut off: make the report again',
    });
  }
  return root;

  function tag(): { element: Open; empty: boolean } {
    at += 1;
    const name = word() || fail('a tag without a name');
    const element: Open = { ...split(name), attributes: new Map(), text: '', children: [] };
    for (;;) {
      space();
      const byte = source[at];
      if (byte === undefined) fail('a tag without end');
      if (byte === '>') {
        at += 1;
        return { element, empty: false };
      }
      if (byte === '/' && source[at + 1] === '>') {
        at += 2;
        return { element, empty: true };
      }
      const key = word() || fail('no attribute name');
      space();
      if (source[at] !== '=') fail('an attribute without a value');
      at += 1;
      space();
      const quote = source[at];
      if (quote !== '"' && quote !== "'") fail('an attribute value without quotes');
      at += 1;
      element.attributes.set(split(key).name, decode(skipTo(quote!, 'an attribute value')));
    }
  }
  function word(): string {
    const start = at;
    while (at < source.length && !/[\s=/>"'<]/.test(source[at]!)) at += 1;
    return source.slice(start, at);
  }
  function space(): void {
    while (at < source.length && /\s/.test(source[at]!)) at += 1;
  }
}

/** The first child of that name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((one) => one.name === name);
}

/** The children of that name. */
export function children(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((one) => one.name === name) ?? [];
}

/** The trimmed text of a child; undefined when it is not there or says nothing. */
export function childText(element: XmlElement | undefined, name: string): string | undefined {
  return child(element, name)?.text.trim() || undefined;
}

const qualified = (element: Open): string =>
  element.prefix === '' ? element.name : `${element.prefix}:${element.name}`;

function split(name: string): { name: string; prefix: string } {
  const colon = name.indexOf(':');
  return colon < 0 ? { name, prefix: '' } : { name: name.slice(colon + 1), prefix: name.slice(0, colon) };
}

function decode(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#x[0-9a-fA-F]{1,6}|#[0-9]{1,7}|[a-z]{2,4});/g, (whole, name: string) => {
    if (name[0] !== '#') return ENTITIES.get(name) ?? whole;
    const code = name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
