import { describe, expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { selection } from '../../layers/selection.ts';
import { pythonDist } from './distributions.ts';

const METADATA = `Metadata-Version: 2.1
Name: setuptools
Version: 58.1.0
Summary: Easily download, build, install, upgrade, and uninstall Python packages
License: UNKNOWN
Classifier: Development Status :: 5 - Production/Stable
Requires-Python: >=3.6
Requires-Dist: sphinx ; extra == 'docs'
Requires-Dist: pytest (>=4.6) ; extra == 'testing'

Name: not this
Version: 0
`;

describe('Python distributions', () => {
  it('are read from the headers, not from the description below them', () => {
    expect(facts(pythonDist, 'usr/lib/python3/setuptools-58.1.0.dist-info/METADATA', METADATA)).toEqual([
      {
        type: 'pypi',
        name: 'setuptools',
        version: '58.1.0',
        requires: ["sphinx ; extra == 'docs'", "pytest (>=4.6) ; extra == 'testing'"],
        properties: { 'requires-python': '>=3.6' },
      },
    ]);
  });

  it('are read where their headers are folded', () => {
    expect(
      facts(pythonDist, 'x.dist-info/METADATA', 'Metadata-Version: 2.1\nName:\n requests\nVersion:\n\t2.25.0\n'),
    ).toEqual([{ type: 'pypi', name: 'requests', version: '2.25.0' }]);
  });

  it('say whom they are from: the maintainer, else the author, with the address where it stands by itself or in it', () => {
    const from = (lines: string) => {
      const [fact] = facts(pythonDist, 'x.dist-info/METADATA', `Name: x\nVersion: 1\n${lines}\n`);
      return fact !== undefined && 'maintainer' in fact ? fact.maintainer : undefined;
    };
    expect(
      from('Author: Travis E. Oliphant et al.\nMaintainer: NumPy Developers\nMaintainer-email: numpy@python.org'),
    ).toBe('NumPy Developers <numpy@python.org>');
    expect(from('Author-email: Jane Doe <jane@example.org>, Joe <joe@example.org>')).toBe(
      'Jane Doe <jane@example.org>',
    );
    expect(from('Author-email: "Doe, Jane" <jane@example.org>')).toBe('Doe, Jane <jane@example.org>');
    expect(from('Author: UNKNOWN\nAuthor-email: UNKNOWN')).toBeUndefined();
    expect(from('Author-email: jane@example.org')).toBeUndefined();
    expect(from(`Author: ${'x, '.repeat(100_000)}`)).toBeUndefined();
  });

  it('carried along by another package are read as any other: the place says what they are', () => {
    const path = 'usr/lib/python3/site-packages/setuptools/_vendor/packaging-24.2.dist-info/METADATA';
    expect(facts(pythonDist, path, 'Name: packaging\nVersion: 24.2\n')).toEqual([
      { type: 'pypi', name: 'packaging', version: '24.2' },
    ]);
  });

  it('without a name or version are a problem, not a package', () => {
    expect(facts(pythonDist, 'x.egg-info', 'Name: x\n')).toEqual([{ kind: 'unknown', reason: 'no Name or Version' }]);
  });

  it('are found as wheel, egg folder and single egg-info file, and not elsewhere', () => {
    const { byPath } = selection([pythonDist]);
    const actual = [
      'usr/lib/python3.9/site-packages/six-1.16.0.dist-info/METADATA',
      'usr/lib/python3/dist-packages/six-1.16.0.egg-info/PKG-INFO',
      'usr/lib/python3/dist-packages/six-1.16.0.egg-info',
      'opt/x.egg/EGG-INFO/PKG-INFO',
      'src/setuptools/METADATA',
      'six-1.16.0.dist-info/RECORD',
    ].map((path) => byPath(path).length);
    expect(actual).toEqual([1, 1, 1, 1, 0, 0]);
  });
});
