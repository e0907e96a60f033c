import { expect, it } from 'vitest';
import type { Package } from '../model.ts';
import { applyChanges, rewritingOf } from './rewriting.ts';

it('makes one package of what comes to one version, as an inventory does of what lies in several places', () => {
  const at = (version: string, ...folders: string[]): Package => ({
    ...{ type: 'pypi', name: 'certifi', version, namespace: 'PyPI', purl: `pkg:pypi/certifi@${version}` },
    evidence: folders.map((folder) => ({
      path: `${folder}/lib/python3.9/site-packages/certifi-${version}.dist-info/METADATA`,
      ...{ layer: 0, diffID: '', analyzer: '' },
    })),
  });
  const sites = (...folders: string[]): string[] => folders.map((folder) => `${folder}/lib/python3.9/site-packages`);
  const to = (version: string) => ({ type: 'pypi', name: 'certifi', from: '1', to: version, jump: 'major' }) as const;
  const { replacements } = rewritingOf(
    [
      { ...to('3'), environment: 'a', verified: 'index' },
      { ...to('3'), environment: 'b', verified: 'index' },
      { ...to('4'), environment: 'c', verified: 'index' },
    ],
    new Map([
      ['a', sites('a')],
      ['b', sites('b')],
      ['c', sites('c')],
    ]),
    new Map(),
  );
  const after = applyChanges([at('1', 'a', 'c', 'd'), at('2', 'b')], { replacements });
  expect(after.map(({ version, evidence }) => [version, evidence.map(({ path }) => path[0])])).toEqual([
    ['3', ['a', 'b']],
    ['4', ['c']],
    ['1', ['d']],
  ]);
});
