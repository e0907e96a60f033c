import { describe, expect, it } from 'vitest';
import { deb, report, wheel } from '../../test/report.ts';
import type { Report } from '../model.ts';
import { haveNothingInCommon, marksOf, whyOtherImage } from './other-image.ts';

const image = (subject: Partial<Report['subject']>, packages: Report['packages'] = report().packages) => {
  const { digest: _, imageId: __, repoTags: ___, repoDigests: ____, ...plain } = report().subject;
  return marksOf({ ...report(), packages, subject: { ...plain, ...subject } });
};
const debian = { id: 'debian', versionId: '12', name: 'Debian GNU/Linux 12 (bookworm)' };
const alpine = { id: 'alpine', versionId: '3.19', name: 'Alpine Linux v3.19' };

describe('whether two results are of one image, made anew or not', () => {
  it.each([
    ['the next build of one repository', { name: 'docker.io/acme/app:1' }, { name: 'docker.io/acme/app:2' }],
    [
      'what went from one registry to another',
      { name: 'staging.example/app:1' },
      { name: 'registry.example/ml/app:1' },
    ],
    [
      'what lies in an engine under the name of its registry',
      { source: 'docker', name: 'app:1' },
      { name: 'registry.example:5000/app:1' },
    ],
    [
      'one digest under two names',
      { name: 'docker.io/acme/app:1', imageId: 'sha256:1' },
      { name: 'docker.io/acme/other:1', imageId: 'sha256:1' },
    ],
    [
      'an archive, whose path says nothing',
      { source: 'archive', name: '/builds/17/image.tar' },
      { source: 'archive', name: '/builds/18/out.tar' },
    ],
    [
      'an archive with the tag of the repository',
      { source: 'archive', name: 'image.tar', repoTags: ['app:1'] },
      { name: 'docker.io/acme/app:2' },
    ],
  ] as const)('%s is', (_, then, now) => {
    expect(whyOtherImage(image(then), image(now))).toBeUndefined();
  });

  it.each([
    [
      'another repository',
      { name: 'docker.io/library/python:3.9' },
      { name: 'docker.io/acme/app:1' },
      /called python, and this one app/,
    ],
    [
      'another architecture',
      { platform: { os: 'linux', architecture: 'arm64' } },
      {},
      /for arm64, and this one for amd64/,
    ],
  ] as const)('%s is not', (_, then, now, why) => {
    expect(whyOtherImage(image(then), image(now))).toMatch(why);
  });

  it('without names their packages tell, in whatever version', () => {
    const at = (id: string) => ({ source: 'archive', name: `${id}.tar` }) as const;
    const [ours, others] = [
      [deb('openssl', '1.1.1n'), wheel('torch', '1.13.0')],
      [deb('curl', '7.74.0'), wheel('numpy', '1.26.0')],
    ];
    const system = { system: undefined };
    expect(whyOtherImage({ ...image(at('a'), ours), ...system }, image(at('b'), others))).toMatch(
      /none of its 2 packages/,
    );
    const upgraded = [deb('openssl', '3.0.11'), wheel('tensorflow', '2.8.0')];
    expect(whyOtherImage({ ...image(at('a'), ours), ...system }, image(at('b'), upgraded))).toBeUndefined();
  });

  it('one package may have been taken out, a system that stays is one image, and spelling is no difference', () => {
    const [then, now] = [
      [['Pillow'], ['ruamel.yaml']],
      [['curl'], ['jq']],
    ];
    expect(haveNothingInCommon({ packages: then, system: undefined }, { packages: now, system: 'debian' })).toBe(true);
    expect(
      haveNothingInCommon({ packages: then.slice(1), system: undefined }, { packages: now, system: 'debian' }),
    ).toBe(false);
    expect(haveNothingInCommon({ packages: then, system: debian.id }, { packages: now, system: debian.id })).toBe(
      false,
    );
    expect(haveNothingInCommon({ packages: then, system: debian.id }, { packages: now, system: alpine.id })).toBe(true);
    expect(
      haveNothingInCommon({ packages: then, system: undefined }, { packages: [['pillow'], ['jq']], system: 'debian' }),
    ).toBe(false);
    expect(
      haveNothingInCommon({ packages: then, system: undefined }, { packages: [['ruamel-yaml']], system: 'debian' }),
    ).toBe(false);
  });
});
