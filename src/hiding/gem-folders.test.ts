import { describe, expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../test/growth.ts';
import { image, layer, removed } from '../../test/image.ts';
import { takeInventory } from '../inventory/take.ts';
import { meetGem } from './gem-folders.ts';

const HOME = 'usr/local/bundle';
const gem = (name: string, version: string, home = HOME): Record<string, string> => ({
  [`${home}/specifications/${name}-${version}.gemspec`]: `Gem::Specification.new do |s|\n  s.name = "${name}".freeze\n  s.version = "${version}"\nend\n`,
  [`${home}/gems/${name}-${version}/lib/${name}.rb`]: 'module X\nend\n',
});
const bare = (name: string, home = HOME): Record<string, string> => ({
  [`${home}/gems/${name}/lib/x.rb`]: 'module X\nend\n',
});

async function seen(...layers: readonly ReturnType<typeof layer>[]) {
  const { inventory } = await takeInventory(image(...layers));
  return {
    packages: inventory.packages.map((pkg) => `${pkg.name} ${pkg.version} ${pkg.recovered ?? 'listed'}`).sort(),
    signs: (inventory.signs ?? []).map(({ check, level }) => `${level} ${check}`),
  };
}

describe('a gem without its specification', () => {
  it('is called as RubyGems called its folder', async () => {
    expect(await seen(layer({ ...gem('rake', '13.0.3'), ...bare('rack-2.0.1') }))).toEqual({
      packages: ['rack 2.0.1 trace', 'rake 13.0.3 listed'],
      signs: ['info metadata-deleted'],
    });
  });

  it.each([
    ['nokogiri-1.16.0-x86_64-linux', 'nokogiri 1.16.0'],
    ['nokogiri-1.16.0-java', 'nokogiri 1.16.0'],
    ['aws-sdk-core-3.190.1', 'aws-sdk-core 3.190.1'],
    ['rails-html-sanitizer-1.6.0', 'rails-html-sanitizer 1.6.0'],
    ['activesupport-7.1.0.rc1', 'activesupport 7.1.0.rc1'],
    ['net-http2-0.18.3', 'net-http2 0.18.3'],
  ])('/gems/%s is %s', async (folder, name) => {
    expect((await seen(layer(bare(folder)))).packages).toEqual([`${name} trace`]);
  });

  it('is what the lower layer lists', async () => {
    const { packages, signs } = await seen(
      layer(gem('rack', '2.0.1')),
      layer({ [`${HOME}/specifications/rack-2.0.1.gemspec`]: removed }),
    );
    expect(packages).toEqual(['rack 2.0.1 lower-layer']);
    expect(signs).toEqual(['warning metadata-deleted']);
  });
});

describe('no such gem', () => {
  it.each<[string, Record<string, string>]>([
    ['one with its specification', gem('rack', '2.0.1')],
    [
      'one of Ruby itself, among the default ones',
      {
        'usr/local/lib/ruby/gems/3.3.0/specifications/default/json-2.7.1.gemspec':
          'Gem::Specification.new do |s|\n  s.name = "json"\n  s.version = "2.7.1"\nend\n',
        'usr/local/lib/ruby/gems/3.3.0/gems/json-2.7.1/lib/json.rb': 'x',
      },
    ],
  ])('is %s', async (_, files) => {
    const { packages, signs } = await seen(layer(files));
    expect(packages.filter((line) => !line.endsWith('listed'))).toEqual([]);
    expect(signs).toEqual([]);
  });

  it.each([
    `${HOME}/bundler/gems/rack-3fa8bc12d0aa/lib/rack.rb`,
    `${HOME}/gems/rack-2.0.1/README.md`,
    'srv/app/test/fixtures/gems/rack-2.0.1/lib/rack.rb',
    'srv/app/gems/rack/lib/rack.rb',
  ])('is proven by /%s', async (path) => {
    expect(await seen(layer({ [path]: 'x' }))).toEqual({ packages: [], signs: [] });
  });

  it('is what a package of the system owns', async () => {
    const { packages } = await seen(
      layer({
        'etc/os-release': 'ID=debian\nVERSION_ID="11"\n',
        'var/lib/dpkg/status':
          'Package: ruby-rack\nStatus: install ok installed\nVersion: 2.1.4-3\nArchitecture: all\n\n',
        'var/lib/dpkg/info/ruby-rack.list': '/usr/share/rubygems-integration/all/gems/rack-2.1.4/lib/rack.rb\n',
        'usr/share/rubygems-integration/all/gems/rack-2.1.4/lib/rack.rb': 'x',
      }),
    );
    expect(packages).toEqual(['ruby-rack 2.1.4-3 listed']);
  });
});

it('reads a long path in proportion to its length', () => {
  for (const part of ['gems/', 'a/gems/a-1', 'a-1.'])
    expect(
      growth((size) => meetGem({ gems: new Map() }, `${part.repeat(size / part.length)}.rb`, false), 800_000),
    ).toBeLessThan(IN_PROPORTION);
});
