import { describe, expect, it } from 'vitest';
import { child, children, childText, readXml } from './xml.ts';

const fails = (text: string): string => {
  try {
    readXml(text);
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

describe('reading XML', () => {
  it('gives elements with attributes, text and children, prefixes apart', () => {
    const root = readXml(
      '<?xml version="1.0"?>\n<!-- a --><bom xmlns:v="urn:v"><v:id ref=\'a "b"\'>CVE-1 &amp; &#x41;&#66;</v:id><e/><![CDATA[<raw>]]></bom>',
    );
    expect(root.name).toBe('bom');
    expect(root.text).toBe('<raw>');
    const id = child(root, 'id')!;
    expect([id.name, id.text, id.attributes.get('ref')]).toEqual(['id', 'CVE-1 & AB', 'a "b"']);
    expect(children(root, 'e')).toHaveLength(1);
    expect(childText(root, 'e')).toBeUndefined();
  });

  it('refuses a document type declaration: no entity can be defined', () => {
    expect(fails('<!DOCTYPE bom [<!ENTITY a "aaaa">]><bom>&a;</bom>')).toContain('document type declaration');
  });

  it('leaves an entity it does not know as it stands', () => {
    expect(readXml('<a>&nope; &#0; &#99999999;</a>').text).toBe('&nope; &#0; &#99999999;');
  });

  it('says where a document is cut off or broken', () => {
    expect(fails('<a><b></a>')).toContain('line 1, column 10: unexpected close tag');
    expect(fails('<a><b>')).toContain('ends in the middle');
    expect(fails('<a b=c/>')).toContain('unquoted attribute value');
    expect(fails('<a/><b/>')).toMatch(/line 1, column \d+: documents may contain only one root/);
    expect(fails('')).toContain('ends in the middle');
    expect(fails('<a><!-- x')).toContain('ends in the middle');
  });

  it('stops at its nesting budget', () => {
    expect(fails('<a>'.repeat(1_000))).toContain('nested deeper');
  });
});
