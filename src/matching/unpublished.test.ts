import { expect, it } from 'vitest';
import { image, layer } from '../../test/image.ts';
import { memoryStore } from '../advisories/store/memory.ts';
import { scanImage } from '../application/scan-image.ts';

const SITE = 'usr/local/lib/python3.11/site-packages';
const versions = ['2.31.0', '2.32.0', '2.32.4', '2.33.0'].map((version) => ({ version, wheels: ['py3-none-any'] }));
const store = memoryStore({
  covers: ['PyPI'],
  statements: [],
  distributions: [{ name: 'requests', asked: '2026-11-27', versions }],
});
const stated = async (version: string) => {
  const { packages, notices, assessment } = await scanImage(
    image(layer({ [`${SITE}/requests/__version__.py`]: `__version__ = '${version}'\n` })),
    { store },
  );
  return {
    requests: packages.find(({ name }) => name === 'requests'),
    told: notices.filter(({ code }) => code === 'version-unpublished').map(({ message }) => message),
    assessed: assessment?.assessed,
  };
};

it.each(['99', '99.0', '2.32.9', '99.0rc1'])(
  'a recovered package whose code states %s, which nobody published, is not assessed, and says what speaks against it',
  async (version) => {
    const { requests, told, assessed } = await stated(version);
    const doubt = 'not in the package index on 2026-11-27';
    expect(requests).toMatchObject({ version, certainty: 'name', properties: { contradictedBy: doubt } });
    expect(told).toEqual([
      `1 recovered package states a version that nobody published: what is there is not known (requests ${version}: ${doubt})`,
    ]);
    expect(assessed).toBe(0);
  },
);

it.each([
  ['2.32.4', 'published'],
  ['2.32.4+ours.1', "a build of somebody's own of a published one"],
  ['2.25.0', 'below the lowest that the index was asked about'],
  ['2.34.0.dev0', 'a development build'],
])('a recovered package whose code states %s is left alone: %s', async (version) => {
  const { requests, told, assessed } = await stated(version);
  expect(requests?.properties?.contradictedBy).toBeUndefined();
  expect(told).toEqual([]);
  expect(assessed).toBe(1);
});

it('what an installer lists is left alone: other indexes have versions of their own', async () => {
  const listed = layer({ [`${SITE}/requests-99.dist-info/METADATA`]: 'Name: requests\nVersion: 99\n' });
  const { notices, assessment } = await scanImage(image(listed), { store });
  expect(notices.map(({ code }) => code)).not.toContain('version-unpublished');
  expect(assessment?.assessed).toBe(1);
});

it('where the database has no list of what was published, the versions that code alone states are named', async () => {
  const { notices } = await scanImage(
    image(
      layer({
        [`${SITE}/requests/__version__.py`]: "__version__ = '99.0'\n",
        'srv/node_modules/lodash/lodash.js': "var VERSION = '99.0.0';\n",
        [`${SITE}/flask-2.0.0.dist-info/METADATA`]: 'Name: flask\nVersion: 2.0.0\n',
      }),
    ),
    { store: memoryStore({ covers: ['PyPI', 'npm'], statements: [] }) },
  );
  expect(notices.filter(({ code }) => code.startsWith('version-'))).toEqual([
    {
      level: 'info',
      code: 'version-unchecked',
      message:
        'the versions of 2 recovered packages are what their code says, and the database has no list of what was published to hold them to (lodash 99.0.0; requests 99.0)',
    },
  ]);
});
