import { describe, expect, it } from 'vitest';
import { condaPin, environmentItems, isExported } from './conda-environment.ts';

// Each as rattler's MatchSpec reads it: `==1.0` and a version with a build are one version, `1.0.*` is not.
it.each([
  ['numpy==1.24.2', '1.24.2'],
  ['pandas ==1.5.3', '1.5.3'],
  ['conda-forge::openssl=3.1.0=hd590300_0', '3.1.0'],
  ['conda-forge/linux-64::zlib==1.2.11', '1.2.11'],
  ['tornado==6.1=py39_0', '6.1'],
  ['pillow 8.2.0', '8.2.0'],
  ['pillow-simd 7.0 py39_0', '7.0'],
  ['scipy=1.10.1', '1.10.1'],
  ['cryptography = 3.4.8', '3.4.8'],
  ['python=3.9', undefined],
  ['urllib3=1.26.*', undefined],
  ['jinja2=2.11.2|2.11.3', undefined],
  ['libpng>=1.6,<1.7', undefined],
  ['numpy >=1.21', undefined],
  ["requests[version='==2.25.1']", undefined],
  ['curl', undefined],
])('%s is version %s', (item, version) => expect(condaPin(item, false)?.version).toBe(version));

describe('an environment.yml', () => {
  const items = (text: string): readonly string[] => [...environmentItems(text)].map(({ by, text }) => `${by} ${text}`);

  it('asks conda and pip, indented or not, in quotes and with comments', () => {
    expect(
      items(
        'name: ml\ndependencies:\n- python=3.9  # any\n- "libpng>=1.6"\n- pip: # below\n  - torch==1.13.1\n  - -r reqs.txt\n# all\n- sqlite\nvariables:\n  - no\n',
      ),
    ).toEqual(['conda python=3.9', 'conda libpng>=1.6', 'pip torch==1.13.1', 'pip -r reqs.txt', 'conda sqlite']);
  });

  it('in brackets is said to be unread', () => {
    expect(items('dependencies: [python=3.9, pip]\n')).toEqual(['unread [python=3.9, pip]']);
    expect(items('dependencies:\n  - {pip: [torch]}\n  - pip: [torch==1.13.1]\n  - curl\n')).toEqual([
      'unread - {pip: [torch]}',
      'unread - pip: [torch==1.13.1]',
      'conda curl',
    ]);
    expect(items('dependencies: []\n')).toEqual([]);
  });

  it('that conda exported says the versions that were there, of two numbers too', () => {
    const exported = `dependencies:\n${Array.from({ length: 10 }, (_, at) => `  - p${at}=3.${at}\n`).join('')}`;
    const within = (text: string) => isExported(text, [...environmentItems(text)]);
    expect(within(exported)).toBe(true);
    expect(within(`${exported}  - curl\n`)).toBe(false);
    expect(within('dependencies:\n  - idna=3.4\nprefix: /opt/conda\n')).toBe(true);
    expect(within('dependencies:\n  - python=3.9\n  - numpy=1.24\n')).toBe(false);
    expect(condaPin('idna=3.4', true)).toEqual({ name: 'idna', version: '3.4' });
  });
});
