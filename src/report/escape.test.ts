import { marked, type Token, type Tokens } from 'marked';
import { describe, expect, it } from 'vitest';
import {
  csvText,
  harmlessJson,
  htmlProse,
  htmlText,
  markdownBlock,
  markdownCode,
  markdownText,
  sarifText,
  terminalText,
  xmlText,
} from './escape.ts';
import { pathText } from './html/escape.ts';
import { pageFor, title } from './page.ts';

/** What images and feeds have put into names, titles and paths. */
const HOSTILE = [
  '[click](https://evil.example)',
  '![x](https://evil.example/p.png)',
  '<img src=x onerror=alert(1)>',
  '<https://evil.example>',
  'https://evil.example/a',
  'www.evil.example',
  'me@evil.example',
  'mailto:me@evil.example',
  '@octocat please',
  'fixes #12, owner/repo#3, GH-4',
  '*b* **b** _i_ __i__ ~~s~~ ==h==',
  '`code` ``code``',
  '# heading',
  '- item',
  '+ item',
  '1. item',
  '> quote',
  'a | b | c',
  '$x^2$ \\(x\\)',
  '[ref]: https://evil.example',
  '[^1]',
  '&lt;b&gt; &#91;x](y)',
  'a\\',
  '---',
  'a\n\n# b',
  '</details></summary><script>x</script>',
  '<!-- -->',
  '```sh',
];

/** Types of everything in the tree that is not mere text. */
function acting(markdown: string): string[] {
  const actual: string[] = [];
  const visit = (tokens: readonly Token[]): void => {
    for (const token of tokens) {
      if (!['text', 'paragraph', 'escape', 'space'].includes(token.type) && token.raw !== '<!-- -->')
        actual.push(`${token.type}: ${token.raw}`);
      if ('tokens' in token && token.tokens) visit(token.tokens);
    }
  };
  visit(marked.lexer(markdown, { gfm: true }));
  return actual;
}

/** What a reader sees: entities become characters, comments nothing. */
const seen = (html: string): string =>
  html
    .replace(/<!-- -->/g, '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');

describe('Markdown', () => {
  it.each(HOSTILE)('%j is text at the beginning, within a sentence, in a cell and in a list', (text) => {
    expect(acting(markdownText(text))).toEqual([]);
    expect(acting(`of ${markdownText(text)} it`)).toEqual([]);
    const [table] = marked.lexer(`| a | b |\n| --- | --- |\n| ${markdownText(text)} | x |\n`);
    const [row = []] = table?.type === 'table' ? table.rows : [];
    expect(row).toHaveLength(2);
    expect(
      row.flatMap((cell: Tokens.TableCell) =>
        cell.tokens.filter(
          (token: Token) => token.type !== 'text' && token.type !== 'escape' && token.raw !== '<!-- -->',
        ),
      ),
    ).toEqual([]);
    expect(acting(`- ${markdownText(text)}\n`).filter((entry) => !/^list/.test(entry))).toEqual([]);
  });

  it.each(HOSTILE)('%j can still be read', (text) => {
    const html = marked.parseInline(markdownText(text), { gfm: true, async: false });
    expect(seen(html)).toBe(text.replace(/\n+/g, ' '));
  });

  it('no mention, issue or address stands whole in the finished text, where platforms look for them', () => {
    const html = HOSTILE.map((text) => marked.parse(markdownText(text), { async: false }))
      .join('\n')
      .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
    expect(html).not.toMatch(/@\w|#\d|GH-\d|\w:\/\/|www\.|<a |<img|<script/);
  });

  it.each(['a`b', '`', '', ' ', 'a|b', '<b>', '@x', 'a\nb', '``x``'])('%j is one code span', (text) => {
    const [paragraph] = marked.lexer(markdownCode(text));
    const tokens = paragraph?.type === 'paragraph' ? paragraph.tokens : [];
    expect(tokens?.map(({ type }) => type)).toEqual(['codespan']);
  });

  it('no text ends a block of code', () => {
    for (const text of ['```\n# out', '~~~~', '`````', 'a\r```', '\u2028```']) {
      const tokens = marked.lexer(markdownBlock('sh', text));
      expect(tokens.map(({ type }) => type)).toEqual(['code']);
    }
  });
});

describe('a terminal', () => {
  it.each([
    '\u001b]8;;http://evil.example\u001b\\x\u001b]8;;\u001b\\',
    '\u001b[2J',
    '\u009b31m',
    'a\u202eb',
    'a\u2066b',
    'a\u200bb',
    'a\u200db',
    'a\u061cb',
    'a\u00adb',
    'a\ufeffb',
    'a\u{e0041}b',
    'a\ud800b',
    'a\u2028b',
    'a\u3164b',
    '\r\n\b\u0007\u007f',
  ])('gets nothing to act on from %j', (text) => {
    expect(terminalText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u3164]/u);
  });

  it('keeps what people write', () => {
    for (const text of ['Zażółć gęślą jaźń', '日本語', 'العربية', '→ ✓ é', 'a b\u00a0c'])
      expect(terminalText(text)).toBe(text);
  });
});

it.each([
  ['=cmd|x', `"'=cmd|x"`],
  ['+1+1', `"'+1+1"`],
  ['-1', '-1'],
  ['-x', `"'-x"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  [' =1', `"' =1"`],
  ['a,b', '"a,b"'],
  ['a"b', '"a""b"'],
  ['plain', 'plain'],
])('a cell of CSV: %j is %s', (text, cell) => {
  expect(csvText(text)).toBe(cell);
});

it('SARIF shows brackets and braces as they are, and XML and HTML every sign', () => {
  expect(sarifText('[x](https://evil.example) {0} a\\b\nc')).toBe('\\[x\\](https://evil.example) {{0} a\\\\b\nc');
  expect(xmlText('<a b="\'&\u0000\uffff">\n')).toBe('&lt;a b=&quot;&#39;&amp;??&quot;&gt;\n');
  expect(htmlText('<script>\u202e')).toBe('&lt;script&gt;?');
});

it('JSON keeps every value, and has nothing that a terminal would obey or hide', () => {
  const value = {
    name: '\u009b31m\u202eb\u2066 z\u200b\u200d\ufeff t\u{e0041}\u{e007f} \u2028\u00ad\u061c\ue000 é 漢 \u{1f600} \u001b[31m',
  };
  const text = harmlessJson(JSON.stringify(value, undefined, 2));
  expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Co}]/u);
  expect(text).toContain('é 漢 \u{1f600}');
  expect(JSON.parse(text)).toEqual(value);
  const command = harmlessJson('"##vso[task.setvariable variable=PATH]x"');
  expect(command).not.toContain('##vso[');
  expect(JSON.parse(command)).toBe('##vso[task.setvariable variable=PATH]x');
});

it('a title is as harmless as a paragraph', () => {
  for (const said of [
    title('openssl 1\u001b[31m', pageFor({})),
    title('x', pageFor({}), 'a\u202eb'),
    title('x', pageFor({ width: 8 }), 'a\u001b[2J long word'),
  ])
    expect(said).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
});

// As NVD has CVE-2024-8088.
const TOLD =
  'There is a HIGH severity vulnerability affecting the CPython "zipfile"\nmodule affecting "zipfile.Path".\n\n\n\n\n\nWhen iterating over names:\r\n\tthe process may be put into\nan infinite loop\n';

it('what somebody wrote in lines is read in lines of the page, of Markdown and of JUnit: no line end becomes a sign', () => {
  const quoted = (text: string): string => text.replaceAll('"', '&quot;');
  const [first, second] = [
    'There is a HIGH severity vulnerability affecting the CPython "zipfile" module affecting "zipfile.Path".',
    'When iterating over names: the process may be put into an infinite loop',
  ];
  expect(htmlProse(TOLD).trim()).toBe(quoted(`${first}<br>${second}`));
  expect(htmlText(TOLD).trim()).toBe(quoted(`${first} ${second}`));
  expect(markdownText(TOLD).trim()).toBe(`${first} ${second}`);
  expect(xmlText(TOLD)).not.toContain('?');
  expect(htmlText('  two  blanks')).toBe('  two  blanks');
});

it('a line end in the name of a file is a sign, for whoever looks for that file', () => {
  expect(pathText('srv/a\nb.py')).toBe('srv/<wbr>a?b.py');
  expect(markdownCode('srv/a\nb.py')).toBe('`srv/a?b.py`');
});
