import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../advisories/store/memory.ts';
import { installable, obstacleOf } from './installable.ts';
import { parseProject } from './project-page.ts';
import { indexWithRecord, recordedIndex, recordedVersions } from './recorded-index.ts';

const page = (names: readonly (readonly [string, string?])[]): string =>
  names
    .map(([name, python]) => `<a href="${name}"${python ? ` data-requires-python="${python}"` : ''}>x</a>`)
    .join('\n');
const FILES = parseProject(
  page([
    ['my_pkg-2.6.3-py3-none-any.whl', '&gt;=3.9'],
    ['my-pkg-2.6.3.tar.gz', '&gt;=3.9'],
    ['my_pkg-2.7.0-py3-none-any.whl', '&gt;=3.10'],
    ['my_pkg-2.8.0-cp39-cp39-win_amd64.whl'],
    ['my_pkg-2.9.0-cp39-cp39-manylinux_2_17_x86_64.manylinux2014_x86_64.whl'],
  ]),
  'text/html',
  'https://index.example/simple/my-pkg/',
)!;
const targets = ['3.9', '3.10', '3.12'].map((python) => ({ python, machine: 'x86_64', musl: false, libc: '2.31' }));
const record = { name: 'my-pkg', asked: '2026-01-02', versions: recordedVersions('my-pkg', FILES) };
const index = recordedIndex(memoryStore({ statements: [], distributions: [record] }))!;

describe('what the database recorded of a package index', () => {
  it('says the same of every version as the index did', async () => {
    for (const target of targets) {
      const versions = await index.versions('my-pkg', target, '1.0');
      expect(versions?.map(({ version }) => version)).toEqual(
        installable('my-pkg', FILES, target, '1.0').map(({ version }) => version),
      );
      for (const version of ['2.6.3', '2.7.0', '2.8.0', '2.9.0', '3.0'])
        expect(await index.obstacle('my-pkg', version, target, '1.0')).toBe(
          obstacleOf('my-pkg', version, FILES, target, '1.0'),
        );
    }
  });

  it('counts only where the index itself has no answer', async () => {
    const silent = { ...index, files: async () => undefined, versions: async () => undefined };
    expect((await indexWithRecord(silent, index).versions('my-pkg', targets[0]!, '1.0'))?.length).toBe(2);
    const empty = { ...index, files: async () => [], versions: async () => [], obstacle: async () => 'is not there' };
    expect(await indexWithRecord(empty, index).versions('my-pkg', targets[0]!, '1.0')).toEqual([]);
    expect(await indexWithRecord(empty, index).obstacle('my-pkg', '2.6.3', targets[0]!, '1.0')).toBe('is not there');
  });

  it('knows nothing of what nobody asked about', async () => {
    expect(await index.versions('other', targets[0]!, '1.0')).toBeUndefined();
    expect(recordedIndex({ ...memoryStore({ statements: [] }), distribution: undefined as never })).toBeUndefined();
  });
});
