import { describe, expect, it } from 'vitest';
import { memoryStore } from '../advisories/store/memory.ts';
import { cpeProducts } from '../ecosystems/cpe-products.ts';
import type { Package, Statement } from '../model.ts';
import { match } from './match.ts';
import { concernsPlatform } from './platforms.ts';

describe('what NVD says of a program on some platforms only', () => {
  it.each([
    [['microsoft:windows'], 'CVE-2024-4577 on PHP, CVE-2024-4030 on CPython'],
    [['apple:mac_os_x', 'apple:iphone_os'], 'Apple'],
    [['google:android'], 'Android'],
    [['cisco:ios_xe'], 'an appliance'],
    [['sun:solaris'], 'another Unix'],
    [['sun:sunos'], 'the same by its older name'],
    [['ibm:os2', 'microsoft:windows', 'novell:netware'], 'CVE-2010-2068 on Apache'],
    [['software:windows'], 'docker:docker for Windows'],
    [['software:wordpress'], 'a plug-in'],
    [['software:go & microsoft:windows'], 'CVE-2024-5321 on Kubernetes, CVE-2024-8260 on Open Policy Agent'],
    [['software:node.js'], 'a package of npm'],
    [['software:js'], 'GO-2022-0247 (CVE-2021-38297): what the Go toolchain links for a browser'],
    [['software:plan9', 'software:wasip1', 'software:illumos'], 'other systems that Go builds for'],
  ])('%j is contradicted by a Linux image: %s', (platforms) => expect(concernsPlatform(platforms, {})).toBe(false));

  it.each([
    [[], 'none'],
    [['linux:linux_kernel', 'microsoft:windows'], 'Linux among them'],
    [['redhat:enterprise_linux'], 'a distribution'],
    [['software:go & microsoft:windows', 'software:go & linux:linux_kernel'], 'the same with Linux among them'],
    [['software:go'], 'the language that the program itself is written in'],
    [['software:c/c++'], 'the same'],
    [['software:linux'], 'Linux'],
    [['hardware:x64'], 'a machine that may be this'],
  ])('%j is not: %s', (platforms) => expect(concernsPlatform(platforms, {})).toBe(true));

  it('a machine is contradicted where it is known', () => {
    expect(concernsPlatform(['hardware:x86'], { architecture: 'amd64' })).toBe(false);
    expect(concernsPlatform(['hardware:x64'], { architecture: 'x86_64' })).toBe(true);
    expect(concernsPlatform(['hardware:arm64'], { architecture: 'amd64' })).toBe(false);
  });

  describe('a language is one of several programs of that product', () => {
    const affected = (
      name: string,
      version: string,
      platforms?: readonly string[],
      cpe?: readonly [string, string],
    ) => {
      const [product] = cpe === undefined ? cpeProducts(name) : [cpe[0]];
      const statement: Statement = {
        ...{ id: 'CVE-2023-44487', source: 'nvd', namespace: 'CPE', package: product!, aliases: [], state: 'fixed' },
        ...{ ranges: [{ fixed: '1.56.3' }], ratings: [], ...(platforms && { platforms }) },
      };
      const properties = cpe === undefined ? {} : { properties: { cpe: cpe[0], cpeSoftware: cpe[1] } };
      const asked: Package = {
        ...{ type: 'generic', name, version, namespace: 'CPE', certainty: 'exact', evidence: [], ...properties },
        purl: `pkg:generic/${name}@${version}`,
      };
      return match([asked], memoryStore({ statements: [statement] })).findings.length === 1;
    };

    it.each([
      ['grpc', 'go', 'CVE-2023-44487 is in grpc-go'],
      ['grpc', 'node.js', 'CVE-2024-37168 is in @grpc/grpc-js'],
      ['thrift', 'node.js', 'CVE-2018-11798'],
      ['nghttp2', 'go', 'what NVD says beside the library of CVE-2023-44487'],
      ['mariadb', 'node.js', 'CVE-2017-16046 was a package of npm'],
    ])('%s of C or C++ is none for %s: %s', (name, software) => {
      expect(affected(name, '1.46.0', [`software:${software}`])).toBe(false);
      expect(affected(name, '1.46.0')).toBe(true);
    });

    it.each([
      ['vault', 'go'],
      ['docker', 'go'],
      ['grafana', 'go'],
      ['elasticsearch', 'maven'],
      ['deno', 'rust'],
      ['mlflow', 'python'],
      ['icu', 'c/c++'],
      ['python', 'python'],
    ])('%s is what it is written in: %s', (name, software) => {
      expect(affected(name, '1.0', [`software:${software}`])).toBe(true);
      expect(affected(name, '1.0', ['software:node.js'])).toBe(false);
    });

    it('a program that only a bill of materials names is for what the bill says', () => {
      const forms: readonly [string, string] = ['fluentforms:contact_form', 'wordpress'];
      expect(affected('contact-form', '1.0', ['software:wordpress'], forms)).toBe(true);
      expect(affected('contact-form', '1.0', ['software:joomla!'], forms)).toBe(false);
      expect(affected('x', '1.0', ['software:python'], ['a:x', 'pypi'])).toBe(true);
      expect(affected('x', '1.0', ['software:ruby'], ['a:x', 'pypi'])).toBe(false);
    });
  });

  it('that of a program is what its file was built for', () => {
    const redis = (machine?: string): Package => ({
      type: 'generic',
      name: 'redis',
      version: '7.2.4',
      namespace: 'CPE',
      certainty: 'content',
      purl: 'pkg:generic/redis@7.2.4',
      evidence: [],
      properties: { cpe: 'redis:redis', ...(machine === undefined ? {} : { machine }) },
    });
    const only: Statement = {
      id: 'CVE-2024-31449',
      source: 'nvd',
      namespace: 'CPE',
      package: 'redis:redis',
      aliases: [],
      state: 'fixed',
      ranges: [{ introduced: '0', fixed: '7.2.6' }],
      platforms: ['hardware:x86'],
      ratings: [],
    };
    const store = memoryStore({ statements: [only] });
    const resultOf = (machine?: string) => match([redis(machine)], store).findings.length;
    expect([resultOf('386'), resultOf(), resultOf('amd64'), resultOf('arm64')]).toEqual([1, 1, 0, 0]);
  });

  it('an image of Windows turns it round', () => {
    expect(concernsPlatform(['microsoft:windows'], { os: 'windows' })).toBe(true);
    expect(concernsPlatform(['software:windows'], { os: 'windows' })).toBe(true);
    expect(concernsPlatform(['linux:linux_kernel'], { os: 'windows' })).toBe(false);
  });
});

describe('a statement of NVD without any version', () => {
  const nvd = (id: string, published: string, more: Partial<Statement>): Statement => ({
    id,
    source: 'nvd',
    namespace: 'CPE',
    package: 'uclouvain:openjpeg',
    aliases: [],
    state: 'open',
    ranges: [{}],
    ratings: [],
    published,
    ...more,
  });
  const openjpeg = (version: string): Package => ({
    type: 'generic',
    name: 'openjpeg',
    version,
    namespace: 'CPE',
    purl: `pkg:generic/openjpeg@${version}`,
    evidence: [],
  });
  const weak = nvd('CVE-2016-9675', '2016-12-22T21:59:00Z', {});
  const later = nvd('CVE-2021-29338', '2021-04-14T14:15:00Z', { ranges: [{ lastAffected: '2.4.0' }] });
  const ids = (version: string, ...statements: readonly Statement[]) => {
    const { findings, undecidable } = match([openjpeg(version)], memoryStore({ statements }));
    return { ids: findings.map(({ id }) => id), undecidable };
  };

  it('is undecidable for a release that is years newer: CVE-2016-9675 on OpenJPEG 2.5.0', () => {
    expect(ids('2.5.0', weak, later)).toEqual({ ids: [], undecidable: 1 });
  });

  it('decides where the same record names versions beside it: CVE-2009-1890 is in Apache up to 2.3.2', () => {
    const both = nvd('CVE-2009-1890', '2009-07-05T16:30:00Z', { ranges: [{}, { lastAffected: '2.3.2' }] });
    const exact = nvd('CVE-2013-4516', '2013-07-05T16:30:00Z', { ranges: [{}], versions: ['2.3.1'] });
    const fixedIn = nvd('CVE-2012-0001', '2012-01-01T00:00:00Z', { ranges: [{}, { fixed: '2.4.0' }], state: 'fixed' });
    const newer = nvd('CVE-2021-1', '2021-04-14T14:15:00Z', { ranges: [{ lastAffected: '2.2.0' }] });
    expect(ids('2.3.1', both, exact, fixedIn, newer)).toEqual({
      ids: ['CVE-2009-1890', 'CVE-2012-0001', 'CVE-2013-4516'],
      undecidable: 0,
    });
    expect(ids('2.5.0', both, exact, fixedIn, newer)).toEqual({ ids: [], undecidable: 3 });
  });

  it('is taken at its word for one of its time, and where nothing tells how old the release is', () => {
    expect(ids('2.1.2', weak, later).ids).toContain('CVE-2016-9675');
    expect(ids('2.5.0', weak)).toEqual({ ids: ['CVE-2016-9675'], undecidable: 0 });
  });

  it('is taken at its word when it is new: nobody has fixed it yet', () => {
    expect(ids('2.5.0', nvd('CVE-2021-99999', '2021-06-01T00:00:00Z', {}), later).ids).toEqual(['CVE-2021-99999']);
  });
});
