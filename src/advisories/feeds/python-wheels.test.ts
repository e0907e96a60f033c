import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { zip } from '../../../test/feeds/zip-writer.ts';
import { eachWheel } from '../../formats/python/index.ts';
import { localDocument } from './document.ts';
import type { FeedItem } from './feed.ts';
import { pythonWheelsFeed, recordedLine } from './python-wheels.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-wheels-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Lines of the lists of two releases: one file is the same in both. */
const SAME = 'e-bmKEApNVqFdylxuMJJfiaHdlmS_zhWhIMEzlHvGuc';
const list = (name: string, version: string, digest: string): string =>
  `${name}/__init__.py,sha256=${SAME},20\n${name}/sessions.py,sha256=${digest},20\n${name}-${version}.dist-info/RECORD,,\n`;
const OLD = 'GRIxnDxZ7xLNrPRlvLrxMxLbbNMXOXbVY1Wmwxn7xtk';
const NEW = 'ZPLhp2dwXWKNJuUnlgZGdMyEIHs1FZ0F0Ytl7TYlsdg';
const put = (name: string, content: string | Buffer): void => writeFileSync(join(folder, name), content);
const wheel = (name: string, version: string, digest: string): Buffer =>
  zip([
    { name: `${name}/__init__.py`, content: '' },
    { name: `${name}-${version}.dist-info/RECORD`, content: list(name, version, digest) },
  ]);

async function said(path = folder): Promise<FeedItem[]> {
  const items: FeedItem[] = [];
  for await (const item of pythonWheelsFeed.parse(localDocument('python-wheels', path))) items.push(item);
  return items;
}
const wheelsOf = (items: readonly FeedItem[]) => items.flatMap((item) => (item.kind === 'wheels' ? [item.wheels] : []));
const rejected = (items: readonly FeedItem[]) =>
  items.flatMap((item) => (item.kind === 'rejected' ? [`${item.id}: ${item.reason}`] : []));

describe('a folder of wheels', () => {
  it('tells what each release holds, by import package; those of several platforms are one', async () => {
    put('requests-2.25.1-py2.py3-none-any.whl', wheel('requests', '2.25.1', OLD));
    put('requests-2.31.0-py3-none-any.whl', wheel('requests', '2.31.0', NEW));
    put('requests-2.31.0-cp311-cp311-linux_x86_64.whl', wheel('requests', '2.31.0', NEW));
    const [requests, ...others] = wheelsOf(await said());
    expect(others).toEqual([]);
    expect(requests).toMatchObject({ name: 'requests', module: 'requests', versions: ['2.25.1', '2.31.0'] });
    expect(requests?.files.get('/__init__.py')).toEqual([[SAME.slice(0, 16), 0, 1]]);
    expect(requests?.files.get('/sessions.py')?.length).toBe(2);
  });

  it('may hold lists of files without their wheels, and of several distributions', async () => {
    put('Flask-2.2.5.RECORD', list('flask', '2.2.5', OLD));
    put('requests-2.31.0-py3-none-any.whl', wheel('requests', '2.31.0', NEW));
    put('notes.txt', 'x');
    expect(wheelsOf(await said()).map(({ name, versions }) => [name, versions])).toEqual([
      ['flask', ['2.2.5']],
      ['requests', ['2.31.0']],
    ]);
  });

  it('counts and names what is damaged, has no list, or a list that does not say what it is of', async () => {
    put('a-1-py3-none-any.whl', 'PK');
    put('b-1-py3-none-any.whl', zip([{ name: 'b/__init__.py', content: '' }]));
    put('c.RECORD', 'c/__init__.py,,\n');
    put('requests-2.31.0-py3-none-any.whl', wheel('requests', '2.31.0', NEW));
    const items = await said();
    expect(rejected(items)).toEqual([
      expect.stringMatching(/^a-1-py3-none-any\.whl: .*central directory/),
      'b-1-py3-none-any.whl: it is a wheel without a list of its files',
      'c.RECORD: its list of files does not say which wheel it is of',
    ]);
    expect(items.filter(({ kind }) => kind === 'counted').length).toBe(4);
    expect(wheelsOf(items).length).toBe(1);
  });
});

describe('the document that an update makes of what an index said', () => {
  it('is read again as it was written, line by line', async () => {
    put('requests-2.25.1-py2.py3-none-any.whl', wheel('requests', '2.25.1', OLD));
    put('requests-2.31.0-py3-none-any.whl', wheel('requests', '2.31.0', NEW));
    const before = wheelsOf(await said());
    put(
      'document.jsonl',
      `${before.map(recordedLine).join('\n')}\nnonsense\n{"name":"x","module":"x","versions":["?"],"files":[]}\n`,
    );
    const items = await said(join(folder, 'document.jsonl'));
    expect(wheelsOf(items).map(eachWheel)).toEqual(before.map(eachWheel));
    expect(rejected(items).length).toBe(2);
  });
});
