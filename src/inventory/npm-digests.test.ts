import { expect, it } from 'vitest';
import type { PackageFact } from '../analyzers/analyzer.ts';
import type { VisibleFact } from '../layers/read-image.ts';
import type { Package } from '../model.ts';
import { withNpmDigests } from './npm-digests.ts';

const SHA = 'ab'.repeat(64);

const locked = (place: string, version: string, sha512?: string): VisibleFact => {
  const fact: PackageFact = {
    type: 'npm',
    name: 'lodash',
    version,
    certainty: 'content',
    recovered: 'lock-file',
    needs: [place],
    ...(sha512 === undefined ? {} : { properties: { sha512 } }),
  };
  return { path: 'srv/node_modules/.package-lock.json', layer: 0, analyzer: 'npm-installed-lock', fact };
};
const installed = (version: string, ...folders: readonly string[]): Package => ({
  type: 'npm',
  name: 'lodash',
  version,
  purl: `pkg:npm/lodash@${version}`,
  evidence: folders.map((folder) => ({
    path: `${folder}/package.json`,
    layer: 0,
    diffID: 'sha256:1',
    analyzer: 'npm',
  })),
});

it('an installed package has the digest that npm noted for its folder and version', () => {
  const add = withNpmDigests([locked('lodash', '4.17.21', SHA)]);
  expect(add(installed('4.17.21', 'srv/node_modules/lodash')).properties).toEqual({ sha512: SHA });
});

it('another version, another folder, and copies of which the lists differ have none', () => {
  const add = withNpmDigests([
    locked('lodash', '4.17.21', SHA),
    locked('a/node_modules/lodash', '4.17.21', 'cd'.repeat(64)),
  ]);
  expect(add(installed('4.17.20', 'srv/node_modules/lodash')).properties).toBeUndefined();
  expect(add(installed('4.17.21', 'opt/node_modules/lodash')).properties).toBeUndefined();
  const both = installed('4.17.21', 'srv/node_modules/lodash', 'srv/node_modules/a/node_modules/lodash');
  expect(add(both).properties).toBeUndefined();
});
