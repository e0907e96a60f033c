import { describe, expect, it } from 'vitest';
import { includedFile, pinned, requirementLines } from './requirement-lines.ts';

const lines = (content: string): readonly string[] => [...requirementLines(content)];

// Each as pip 23.2's own reader (`pip._internal.req.req_file`) takes it.
describe('the lines of a requirements file', () => {
  it('go on behind a backslash, between name and version too', () => {
    expect(lines('requests \\\n  ==2.25.1\nidna==2.9 \\\r\n    --hash=sha256:ab\r\n')).toEqual([
      'requests   ==2.25.1',
      'idna==2.9     --hash=sha256:ab',
    ]);
  });

  it('a comment that ends in a backslash takes the next line with it, one that fills its line does not', () => {
    expect(lines('bleach==3.1.0 # why \\\nmistune==0.8.4\n# all \\\npillow==8.0.1')).toEqual([
      'bleach==3.1.0',
      'pillow==8.0.1',
    ]);
    expect(lines('bleach \\\n# all\n==3.1.0')).toEqual(['bleach', '==3.1.0']);
  });

  it('begin behind a mark of UTF-8, and end where the file does', () => {
    expect(lines('\uFEFFsanic==20.3.0\n\n  \nmako==1.1.0 \\')).toEqual(['sanic==20.3.0', 'mako==1.1.0']);
  });

  it('of one with more hashes than anybody reads the pin is kept: pipenv writes all of them on one line', () => {
    const hashes = Array.from({ length: 120 }, (_, at) => `--hash=sha256:${`${at}`.padStart(64, '0')}`).join(' ');
    const [aiohttp, idna] = lines(`aiohttp==3.8.1; python_version >= '3.6' ${hashes}\nidna==3.4\n`);
    expect(pinned(aiohttp as string)).toEqual({ name: 'aiohttp', version: '3.8.1' });
    expect(pinned(idna as string)).toEqual({ name: 'idna', version: '3.4' });
    expect(lines(`a==1 ${hashes} \\\n${hashes} \\\n--hash=sha256:ff\nidna==3.4`)).toHaveLength(2);
  });
});

it.each([
  ['urllib3 (==1.26.4)', '1.26.4'],
  ['Jinja2===2.11.2', '2.11.2'],
  ['django>=2,==3.2.1 ; python_version < "3.99"', '3.2.1'],
  ['flask[async] == 1.0 --hash=sha256:ab', '1.0'],
  ['foo==1.0 -C key=value', '1.0'],
  ['foo==1.0 and what nobody reads', undefined],
  ['pillow==8.0.*', undefined],
  ['lxml~=4.6.2', undefined],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of pip's
  ['tornado==${VERSION}', undefined],
  ['babel @ https://files.example/Babel-2.8.0.tar.gz', undefined],
  ['"certifi==2020.4.5.1"', undefined],
])('%s pins %s', (written, version) => expect(pinned(written)?.version).toBe(version));

it.each([
  ['-r base.txt', 'base.txt'],
  ['-rbase.txt', 'base.txt'],
  ['--requirement=base.txt', 'base.txt'],
  ['--constraint   sub/limits.txt', 'sub/limits.txt'],
  ['-c "with blanks.txt"', 'with blanks.txt'],
  ['-r https://mirror.example/base.txt', 'https://mirror.example/base.txt'],
  ['--require-hashes', undefined],
  ['-e .', undefined],
])('%s includes %s', (line, file) => expect(includedFile(line)).toBe(file));
