import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { tar } from '../../../test/image.ts';
import type { Http, HttpResponse } from '../../network/http.ts';
import { isOsSource, osIndex } from './package-index.ts';
import { primaryPackages, rpmRelease, rpmRepositories } from './rpm-sources.ts';

/** Servers that exist only here. */
function servers(answers: Readonly<Record<string, string | Buffer>>): { http: Http; asked: string[] } {
  const asked: string[] = [];
  const http: Http = {
    async request(url) {
      asked.push(url);
      const body = answers[url];
      const bytes = Buffer.from(body ?? '');
      return {
        status: body === undefined ? 404 : 200,
        headers: {},
        url,
        bytes,
        discard: async () => {},
      } as unknown as HttpResponse;
    },
    bytes: async (response) => (response as unknown as { bytes: Buffer }).bytes,
    close: async () => {},
  };
  return { http, asked };
}

const AMD64 = { os: 'linux', architecture: 'amd64' };
const shown = ({ available }: Awaited<ReturnType<typeof osIndex>>): Record<string, string> =>
  Object.fromEntries(
    [...available].map(([name, { version, sourceVersion, from }]) => [name, `${version} (${sourceVersion}) ${from}`]),
  );

describe("the indexes of an image's own sources", () => {
  it("are Debian's Packages: the newest of all suites, with its source's version", async () => {
    const files = new Map([
      ['etc/apt/sources.list', '# old\ndeb http://deb.example.org/debian bullseye main\n'],
      [
        'etc/apt/sources.list.d/security.sources',
        'Types: deb\nURIs: http://deb.example.org/debian-security/\nSuites: bullseye-security\nComponents: main\nSigned-By: /x.gpg\n',
      ],
    ]);
    const { http } = servers({
      'http://deb.example.org/debian/dists/bullseye/main/binary-amd64/Packages.gz': gzipSync(
        'Package: libc6\nSource: glibc\nVersion: 2.31-13+deb11u11\n\nPackage: bash\nVersion: 5.1-2+deb11u1\n\nPackage: libfoo\nSource: foo (1.0-1)\nVersion: 1.0-1+b2\n',
      ),
      'http://deb.example.org/debian-security/dists/bullseye-security/main/binary-amd64/Packages.gz': gzipSync(
        'Package: libc6\nSource: glibc\nVersion: 2.31-13+deb11u14\n',
      ),
    });
    const index = await osIndex(files, AMD64, new Set(['libc6', 'libfoo']), http);
    expect(shown(index)).toEqual({
      libc6: '2.31-13+deb11u14 (2.31-13+deb11u14) bullseye-security main',
      libfoo: '1.0-1+b2 (1.0-1) bullseye main',
    });
    expect(index).toMatchObject({ read: 2, named: 2, problems: [] });
  });

  it("are Alpine's APKINDEX, behind its signature", async () => {
    const body = tar([
      ['.SIGN.RSA.x', 'signature'],
      ['DESCRIPTION', 'v3.18'],
      ['APKINDEX', 'C:Q1x\nP:openssl\nV:3.1.4-r5\nA:x86_64\n\nC:Q1y\nP:busybox\nV:1.36.1-r5\n'],
    ]);
    const { http } = servers({ 'https://dl.example.org/alpine/v3.18/main/x86_64/APKINDEX.tar.gz': gzipSync(body) });
    const files = new Map([['etc/apk/repositories', 'https://dl.example.org/alpine/v3.18/main\n#https://x/y\n']]);
    expect(shown(await osIndex(files, AMD64, new Set(['openssl']), http))).toEqual({
      openssl: '3.1.4-r5 (3.1.4-r5) v3.18 main',
    });
  });

  const REPO = [
    '[baseos]',
    'name=Rocky Linux $releasever - BaseOS',
    'mirrorlist=https://mirrors.example.org/mirrorlist?arch=$basearch&repo=BaseOS-$releasever$rltype',
    '[extras]',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dnf's variable
    'baseurl=https://dl.example.org/$contentdir/$releasever/extras/${basearch}/os/',
    'enabled=0',
    '[appstream]',
    'baseurl=https://dl.example.org/$contentdir/$releasever/AppStream/$basearch/os/',
    '[lost]',
    'baseurl=https://dl.example.org/$nobody_knows/',
  ].join('\n');
  const ROCKY = new Map([
    ['etc/yum.repos.d/rocky.repo', REPO],
    ['etc/dnf/vars/contentdir', 'pub/rocky\n'],
    ['etc/dnf/vars/rltype', '\n'],
  ]);
  const PRIMARY = `<?xml version="1.0"?><metadata packages="3">
<package type="rpm"><name>openssl</name><arch>x86_64</arch><version epoch="1" ver="3.0.7" rel="27.el9_3"/><format><rpm:sourcerpm>openssl-3.0.7-27.el9_3.src.rpm</rpm:sourcerpm></format></package>
<package type="rpm"><name>openssl</name><arch>i686</arch><version epoch="1" ver="9.9" rel="1"/></package>
<package type="rpm"><name>curl-minimal</name><arch>x86_64</arch><version epoch="0" ver="7.76.1" rel="26.el9_3.3"/><format><rpm:sourcerpm>curl-7.76.1-26.el9_3.3.src.rpm</rpm:sourcerpm></format></package>
</metadata>`;

  it("are rpm's repodata, found by mirror lists and dnf's variables", async () => {
    const { http, asked } = servers({
      'https://mirrors.example.org/mirrorlist?arch=x86_64&repo=BaseOS-9':
        '# mirrors\nhttps://one.example.org/9/BaseOS/\n',
      'https://one.example.org/9/BaseOS/repodata/repomd.xml':
        '<repomd><data type="filelists"><location href="repodata/f.xml.gz"/></data><data type="primary"><location href="repodata/p.xml.gz"/></data></repomd>',
      'https://one.example.org/9/BaseOS/repodata/p.xml.gz': gzipSync(PRIMARY),
    });
    const index = await osIndex(ROCKY, AMD64, new Set(['openssl', 'curl-minimal']), http, undefined, '9');
    expect(shown(index)).toEqual({
      openssl: '1:3.0.7-27.el9_3 (1:3.0.7-27.el9_3) baseos',
      'curl-minimal': '7.76.1-26.el9_3.3 (7.76.1-26.el9_3.3) baseos',
    });
    // The other repository does not answer: said, and the rest still counts.
    expect(index.problems).toEqual(['appstream (dl.example.org): it answers 404']);
    expect(asked).toContain('https://dl.example.org/pub/rocky/9/AppStream/x86_64/os/repodata/repomd.xml');
  });

  it('are named by the image: the client is told so, and goes to no address within this network', async () => {
    const list = 'https://mirrors.example.org/mirrorlist?arch=x86_64&repo=BaseOS-9';
    const { http, asked } = servers({ [list]: 'http://169.254.169.254/latest\n' });
    const named: unknown[] = [];
    const request: Http['request'] = (url, options) => {
      named.push(options?.namedBy);
      return http.request(url, options);
    };
    await osIndex(ROCKY, AMD64, new Set(['openssl']), { ...http, request }, undefined, '9');
    expect(asked.some((url) => url.includes('169.254'))).toBe(true);
    expect(new Set(named)).toEqual(new Set(['content']));
  });

  it("know dnf's release, enabled repositories, and which files to read", () => {
    expect(rpmRelease({ id: 'rocky', versionId: '9.3', name: '' })).toBe('9');
    expect(rpmRelease({ id: 'fedora', versionId: '39', name: '' })).toBe('39');
    expect(rpmRepositories(ROCKY, '9', 'x86_64').map(({ id }) => id)).toEqual(['baseos', 'appstream']);
    expect(['etc/yum.repos.d/x.repo', 'etc/apt/sources.list', 'etc/dnf/vars/x'].every(isOsSource)).toBe(true);
    expect(isOsSource('srv/etc/yum.repos.d/x.repo')).toBe(false);
  });

  it('are read in one pass, however long and broken', () => {
    const broken = (size: number) => `<package type="rpm"><name>${'<package '.repeat(size)}`;
    const packages = (size: number) => [...primaryPackages(broken(size), new Set(['x']), 'x86_64')];
    expect(packages(200_000)).toEqual([]);
    expect(growth(packages, 200_000)).toBeLessThan(IN_PROPORTION);
  });
});
