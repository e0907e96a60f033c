import { describe, expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { pnpmLock, versionInStore, yarnLock, yarnState } from './js-locks.ts';

/** What lock files fix, and where; that it is heard only of folders without a manifest is `hiding/hiding.test.ts`'s. */
const places = (analyzer: typeof yarnLock, path: string, text: string): string[] =>
  facts(analyzer, path, text).map((fact) =>
    fact.kind === undefined ? `${fact.name} ${fact.version} ${fact.needs?.join()}` : fact.kind,
  );

describe('lock files of JavaScript projects', () => {
  it('of Yarn name versions; what lies in a package of node_modules is that package own', () => {
    const text = 'lodash@^4.17.20:\n  version "4.17.20"\n';
    expect(places(yarnLock, 'srv/yarn.lock', text)).toEqual(['lodash 4.17.20 node_modules/lodash']);
    expect(places(yarnLock, 'srv/node_modules/a/yarn.lock', text)).toEqual([]);
  });

  it('with the ends of lines of another system', () => {
    expect(places(yarnLock, 'yarn.lock', 'a@^1.0.0:\r\n  version "1.0.1"\r\n')).toEqual(['a 1.0.1 node_modules/a']);
  });

  it("Yarn's state names places from the project's root", () => {
    const text = '"ms@npm:2.0.0":\n  locations:\n    - "node_modules/debug/node_modules/ms"\n';
    expect(places(yarnState, 'srv/node_modules/.yarn-state.yml', text)).toEqual([
      'ms 2.0.0 ../node_modules/debug/node_modules/ms',
    ]);
  });

  it('of pnpm name folders of the store', () => {
    expect(places(pnpmLock, 'pnpm-lock.yaml', 'packages:\n\n  lodash@4.17.20:\n    x: y\n')).toEqual([
      'lodash 4.17.20 node_modules/.pnpm/lodash@4.17.20/node_modules/lodash',
    ]);
  });
});

it.each([
  ['srv/node_modules/.pnpm/lodash@4.17.20/node_modules/lodash/lodash.js', 'lodash', '4.17.20'],
  ['srv/node_modules/.pnpm/a@1.0.0_b@2.0.0/node_modules/b/b.js', 'b', undefined],
  ['srv/node_modules/.pnpm/a@link/node_modules/a/a.js', 'a', undefined],
  ['srv/node_modules/lodash/lodash.js', 'lodash', undefined],
])('the store of pnpm tells of %s: %s %s', (path, name, expected) => {
  expect(versionInStore(path, name)).toBe(expected);
});
