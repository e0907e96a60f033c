import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elf, note } from '../../../test/elf.ts';
import { excerpts, fileOf } from '../../../test/excerpts.ts';
import { facts } from '../../../test/facts.ts';
import { goProgram } from '../../../test/go-program.ts';
import { rustProgram } from '../../../test/rust-program.ts';
import type { Fact, PackageFact } from '../analyzer.ts';
import { binaries } from './binaries.ts';

// Real files of PyPI wheels and Debian packages, cut down to the parts that these readers look at.
const files = new Map(
  excerpts(new URL('../fixtures/binaries.json', import.meta.url)).map((excerpt) => [
    excerpt.path.split('/').at(-1)!,
    excerpt,
  ]),
);

const read = (name: string): readonly Fact[] => {
  const file = files.get(name)!;
  return cut(file.path, fileOf(file), 1 << 18);
};
const packages = (all: readonly Fact[]): PackageFact[] =>
  all.filter((fact): fact is PackageFact => fact.kind === undefined);
const said = (all: readonly Fact[]): string[] =>
  packages(all).map(
    ({ type, name, version, certainty }) => `${type === 'generic' ? '' : `${type}:`}${name} ${version} (${certainty})`,
  );

describe('libraries inside wheels', () => {
  it.each([
    ['libwebp-b246aa5a.so.7.1.5', ['libwebp 1.2.4 (content)']],
    ['libfreetype-2a21fedc.so.6.18.3', ['bzip2 1.0.8 (content)', 'freetype 2.12.1 (content)']],
    ['libharfbuzz-c78ddc5e.so.0.60000.0', ['harfbuzz 6.0.0 (content)']],
    ['libjpeg-2c0fa17f.so.62.3.0', ['libjpeg-turbo 2.1.4 (content)']],
    ['libpng16-021811b1.so.16.39.0', ['libpng 1.6.39 (content)']],
    ['libtiff-ac0c3d92.so.6.0.0', ['libtiff 4.5.0 (content)']],
    ['liblzma-85b6360a.so.5.4.0', ['xz 5.4.0 (content)']],
    ['libopenjp2-fca9bf24.so.2.5.0', ['openjpeg 2.5.0 (content)']],
    ['liblcms2-f8fefe53.so.2.0.14', ['lcms2 2.14 (content)']],
    ['libcrypto-2ade47cd.so.1.1', ['openssl 1.1.1r (content)']],
    ['libkrb5-6824148d.so.3.3', ['krb5 1.15.1 (content)']],
    ['libpq-e85f78f2.so.5.15', ['postgresql 15 (name)']],
    ['libselinux-0922c95c.so.1', ['libselinux  (name)']],
    ['libcrypto-19957f5b.so.1.0.2k', ['openssl 1.0.2k (content)']],
    ['libopenblas64_p-r0-15028c96.3.21.so', ['openblas 0.3.21 (content)']],
    ['libhdf5-45610c27.so.200.2.0', ['hdf5 1.12.2 (content)']],
    ['libavformat-e0b1067c.so.59.27.100', ['ffmpeg 5.1.2 (content)']],
    ['libsqlite3-b9d397b9.so.0.8.6', ['sqlite 3.33.0 (content)']],
    ['libcurl-6aa914cc.so.4.7.0', ['curl 7.80.0 (content)', 'openssl 1.1.1l (content)']],
    ['libproj-d76c87e1.so.25.9.0.1', ['proj 9.0.1 (content)']],
    ['libcudart-e409450e.so.11.0', ['cuda-cudart 11.0 (name)']],
  ])('%s', (name, expected) => {
    expect(said(read(name)).sort()).toEqual([...expected].sort());
  });

  it('where only the file is called so, only the name says it: Debian and conda keep the short soname', () => {
    const bytes = elf({ parts: [], soname: 'libwebp.so.7' });
    expect(said(facts(binaries, 'opt/conda/lib/libwebp.so.7.1.5', bytes))).toEqual(['libwebp 1.2.4 (name)']);
  });

  it('what was linked into an extension module is found in it: lxml, cryptography, OpenCV, pyarrow', () => {
    expect(said(read('etree.cpython-39-x86_64-linux-gnu.so')).sort()).toEqual([
      'libxml2 2.9.14 (content)',
      'libxslt 1.1.35 (content)',
      'zlib 1.2.13 (content)',
    ]);
    expect(said(read('_openssl.abi3.so'))).toEqual(['openssl 3.0.8 (content)']);
    expect(said(read('cv2.abi3.so'))).toEqual(
      expect.arrayContaining([
        'opencv 4.7.0 (content)',
        'libjpeg-turbo 2.1.3 (content)',
        'openjpeg 2.4.0 (content)',
        'openexr 2.3.0 (content)',
      ]),
    );
    expect(said(read('libarrow.so.1100'))).toEqual(
      expect.arrayContaining([
        'protobuf 3.21.8 (content)',
        'curl 7.84.0 (content)',
        'openssl 3.0.7 (content)',
        'zlib 1.2.13 (content)',
      ]),
    );
  });

  it('says which wheel brought it, under which soname, and how the NVD calls it', () => {
    const [libwebp] = packages(read('libwebp-b246aa5a.so.7.1.5'));
    expect(libwebp).toMatchObject({
      role: 'vendored',
      properties: { bundledIn: 'Pillow', soname: 'libwebp-b246aa5a.so.7.1.5', cpe: 'webmproject:libwebp' },
    });
  });
});

describe('programs without a package', () => {
  it.each([
    ['python3.11', 'python 3.11.2'],
    ['bash', 'bash 5.2.15'],
    ['busybox', 'busybox 1.35.0'],
    ['redis-cli', 'redis 7.0.15'],
    ['git', 'git 2.39.5'],
    ['perl', 'perl 5.36.0'],
    ['nginx', 'nginx 1.22.1'],
    ['postgres', 'postgresql 15.20'],
    ['haproxy', 'haproxy 2.6.12'],
    ['php8.2', 'php 8.2.36'],
    ['libruby-3.1.so.3.1.7', 'ruby 3.1.7'],
    ['curl', 'curl 7.88.1'],
    ['apache2', 'httpd 2.4.71'],
    ['sshd', 'openssh 9.2p1'],
  ])('%s is %s by its content', (name, expected) => {
    expect(said(read(name))).toEqual([`${expected} (content)`]);
  });

  const text = (content: string, shape: { needed?: string[] } = {}): Buffer =>
    elf({ parts: [{ content: Buffer.from(`\0${content}\0`) }], ...shape });

  it('a program that only asks the loader for OpenSSL holds no copy, whatever it was compiled against', () => {
    const banner = 'built with OpenSSL 3.0.11 19 Sep 2023';
    expect(said(facts(binaries, 'usr/sbin/proxy', text(banner)))).toEqual(['openssl 3.0.11 (content)']);
    expect(
      said(facts(binaries, 'usr/sbin/proxy', text(banner, { needed: ['libssl.so.3', 'libcrypto.so.3'] }))),
    ).toEqual([]);
  });

  it.each([
    ['usr/bin/x86_64-linux-gnu-gcc-12', '12.2.0', 'gcc 12.2.0'],
    ['bin/gzip', '1.12', 'gzip 1.12'],
    ['usr/bin/zstd', 'v1.5.4', 'zstd 1.5.4'],
    ['usr/bin/xz', 'xz (XZ Utils) 5.4.1', 'xz 5.4.1'],
  ])('%s of Debian 12 holds %j', (path, content, expected) => {
    expect(said(facts(binaries, path, text(content)))).toEqual([`${expected} (content)`]);
    expect(said(facts(binaries, 'usr/bin/other', text('12.2.0\x001.12\0v1.5.4')))).toEqual([]);
  });

  it('prose about a version is no version', () => {
    expect(said(facts(binaries, 'opt/tool', text('requires OpenSSL 1.1.1 or later; deflate 1.2.x is fine')))).toEqual(
      [],
    );
  });

  it("of several versions told, the one told most often is OpenSSL's own: older ones are certified modules", () => {
    const own = 'AES part of OpenSSL 1.0.2k-fips  26 Jan 2017\0DES part of OpenSSL 1.0.2k  26 Jan 2017';
    expect(said(facts(binaries, 'usr/lib/libcrypto.so.10', text(`OpenSSL 1.0.1e-fips 11 Feb 2013\0${own}`)))).toEqual([
      'openssl 1.0.2k (content)',
    ]);
  });

  it('tells the whole text that a version ends, which may be a path', () => {
    const [actual] = facts(binaries, 'usr/local/lib/libpython3.11.so.1.0', text('/root/.pyenv/versions/3.11.7'));
    expect(actual).toMatchObject({ version: '3.11.7', properties: { text: '/root/.pyenv/versions/3.11.7' } });
  });

  it('a python of another release line is not believed: its name says 3.9', () => {
    expect(said(facts(binaries, 'usr/local/bin/python3.9', text('3.11.2\x003.9.16')))).toEqual([
      'python 3.9.16 (content)',
    ]);
    expect(said(facts(binaries, 'usr/local/bin/python3.9', text('3.11.2')))).toEqual([]);
  });

  it('a system library that says nothing but its name is left to the package database', () => {
    expect(
      said(facts(binaries, 'usr/lib/x86_64-linux-gnu/libselinux.so.1', elf({ parts: [], soname: 'libselinux.so.1' }))),
    ).toEqual([]);
  });

  it('a packed program is said to be one: nothing in it can be read', () => {
    const bytes = Buffer.from(
      elf({ parts: [{ content: Buffer.from('UPX!\r\x1e\x0e\x16 packed'), executable: true }] }),
    );
    expect(facts(binaries, 'usr/bin/tool', bytes)).toEqual([
      { kind: 'unknown', reason: 'packed with UPX: what it holds cannot be read' },
    ]);
    expect(facts(binaries, 'usr/bin/upx', text(`${'x'.repeat(600)}UPX!`))).toEqual([]);
  });

  it('NCCL inside of a CUDA library tells its release', () => {
    expect(said(facts(binaries, 'opt/libtorch_cuda.so', text('NCCL version 2.14.3+cuda11.7')))).toEqual([
      'nccl 2.14.3 (content)',
    ]);
  });
});

describe('Go and Rust programs', () => {
  it('a stripped Go program tells its modules and its Go', () => {
    expect(said(read('hello-stripped'))).toEqual([
      'golang:stdlib 1.26.8 (exact)',
      'golang:example.com/hello  (name)',
      'golang:github.com/google/uuid v1.6.0 (exact)',
    ]);
  });

  it('before Go 1.18 the header holds addresses, and the texts lie elsewhere', () => {
    expect(said(read('esbuild'))).toEqual([
      'golang:stdlib 1.16.2 (exact)',
      'golang:github.com/evanw/esbuild  (name)',
      'golang:golang.org/x/sys v0.0.0-20200501145240-bc7a7d42d5c3 (exact)',
    ]);
  });

  it('a Go program for s390x is read too', () => {
    expect(said(read('hello-be'))).toContain('golang:github.com/google/uuid v1.6.0 (exact)');
  });

  it('linked by another linker and without a build id it is known by its build information, and its functions by its line table', () => {
    const modules = 'path\texample.com/tool\nmod\texample.com/tool\tv1.4.0\ndep\tgolang.org/x/text\tv0.3.7\n';
    const functions = ['golang.org/x/text/language.Parse'];
    const told = (buildId: boolean) =>
      facts(binaries, 'usr/local/bin/tool', goProgram({ modules, functions, buildId }));
    expect(said(told(false))).toEqual(said(told(true)));
    expect(said(told(false))).toContain('golang:golang.org/x/text v0.3.7 (exact)');
    expect(told(true).some(({ kind }) => kind === 'linked')).toBe(true);
    expect(told(false).some(({ kind }) => kind === 'linked')).toBe(true);
  });

  it('a Go program whose build information was taken out tells its modules by the names of its source files, marked', () => {
    const names = [
      '/root/go/pkg/mod/golang.org/x/text@v0.3.7/unicode/norm/tables.go',
      'github.com/!azure/go-autorest@v14.2.0+incompatible/autorest.go', // -trimpath
      '/root/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.21.4.linux-amd64/src/runtime/proc.go',
      'someone@version.example',
      'no-module@v1.0.0/x.go',
    ];
    const program = elf({
      parts: [
        { type: 4, content: note('Go', 4, Buffer.from('id')) },
        { content: Buffer.from(`\0${names.join('\0')}\0`) },
      ],
    });
    expect(facts(binaries, 'usr/local/bin/tool', program)).toMatchObject([
      { name: 'stdlib', version: '1.21.4', certainty: 'content', recovered: 'code' },
      { name: 'golang.org/x/text', version: 'v0.3.7', recovered: 'code' },
      { name: 'github.com/Azure/go-autorest', version: 'v14.2.0+incompatible', recovered: 'code' },
    ]);
  });

  it('a stripped Rust program built with cargo-auditable lists its crates, though the list is not loaded', () => {
    expect(said(read('aud'))).toEqual([
      'cargo:aud 0.3.1 (exact)',
      'cargo:itoa 1.0.19 (exact)',
      'cargo:ryu 1.0.15 (exact)',
    ]);
  });
});

describe('a Rust program', () => {
  const INSERT_MANY = '_ZN8smallvec17SmallVec$LT$A$GT$11insert_many17ha8d3d6d84e2a9fc1E';
  const smallvec = { name: 'smallvec', version: '1.6.0' };
  const linked = (shape: Parameters<typeof rustProgram>[0]) =>
    facts(binaries, 'usr/local/bin/tool', rustProgram(shape)).filter(({ kind }) => kind === 'linked');

  it('says which functions of its crates it holds', () => {
    expect(linked({ symbols: [INSERT_MANY], crates: [smallvec] })).toMatchObject([{ language: 'rust' }]);
    expect(linked({ symbols: [INSERT_MANY], crates: [{ name: 'time', version: '0.1.43' }] })).toEqual([]);
  });

  it('does not where symbols may be of another version of the crate, or of a library', () => {
    expect(linked({ symbols: [INSERT_MANY], crates: [smallvec, { ...smallvec, version: '0.6.13' }] })).toEqual([]);
    const needed = ['libsmallvec-0123456789abcdef.so'];
    expect(linked({ symbols: [INSERT_MANY], crates: [smallvec], needed })).toEqual([]);
  });
});

describe('one pass over any bytes', () => {
  const chosen = ['libkrb5-6824148d.so.3.3', 'aud', 'hello-stripped', 'libpng16-021811b1.so.16.39.0'];

  it('gives the same facts however the body is cut', () => {
    for (const name of chosen) {
      const file = files.get(name)!;
      const bytes = fileOf(file);
      const whole = cut(file.path, bytes, bytes.length);
      for (const size of [997, 100_000]) expect(cut(file.path, bytes, size)).toEqual(whole);
    }
  });

  it('damage gives facts or unknowns: no crash, no hang', () => {
    const smallest = [files.get('aud')!, files.get('libpng16-021811b1.so.16.39.0')!];
    fc.assert(
      fc.property(
        fc.constantFrom(...smallest),
        fc.array(fc.tuple(fc.nat(200), fc.nat(60), fc.nat(255)), { minLength: 1, maxLength: 12 }),
        (file, edits) => {
          const bytes = fileOf(file);
          for (const [part, at, value] of edits) {
            const [offset] = file.parts[part % file.parts.length]!;
            bytes[offset + at] = value;
          }
          for (const fact of cut(file.path, bytes, 65_536))
            expect(['package', 'unknown']).toContain(fact.kind ?? 'package');
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('a program among the data of another one', () => {
  const modules = 'path\texample.com/tool\nmod\texample.com/tool\tv1.0.0\ndep\tgolang.org/x/net\tv0.5.0\n';
  const filler = { content: Buffer.alloc(70_000, 0x41) };
  // As `ld -r -b binary` puts it: at no place in particular.
  const behind = (inner: Buffer): Buffer =>
    elf({ soname: 'libplugin.so.1', parts: [{ content: Buffer.concat([Buffer.from('odd'), inner]), writable: true }] });
  const closed = (all: readonly Fact[]): string[] => all.flatMap((fact) => (fact.kind === 'closed' ? fact.what : []));
  const TOLD = 'a program with another program among its data';

  it.each([4096, 65_536, 1 << 18])('is told, in pieces of %i bytes', (size) => {
    const outer = behind(elf({ parts: [filler] }));
    expect(closed(cut('usr/lib/libplugin.so.1', outer, size))).toEqual([TOLD]);
  });

  it('is read as far as Go wrote down what it is made of', () => {
    const outer = behind(Buffer.concat([goProgram({ modules }), filler.content]));
    expect(said(cut('usr/lib/libplugin.so.1', outer, 1 << 16))).toContain('golang:golang.org/x/net v0.5.0 (exact)');
  });

  it.each([
    ['a small one, as systems hand to every process', elf({ parts: [{ content: Buffer.alloc(8192) }] })],
    ['what only compilers read', Buffer.from(elf({ parts: [filler] })).fill(1, 16, 17)],
    ['code of a graphics processor', Buffer.from(elf({ parts: [filler] })).fill(0x33, 7, 8)],
    ['the mark alone', Buffer.from('\x7fELF\x02\x01\x01\0 is how such files begin')],
    [
      'the mark that readers of Go programs look for',
      Buffer.from('\xff Go buildinf: not a Go executable, unrecognized format', 'latin1'),
    ],
  ])('is not %s', (_, inner) => {
    const all = cut('usr/lib/libplugin.so.1', behind(inner), 1 << 16);
    expect(closed(all)).toEqual([]);
    expect(packages(all).filter(({ type }) => type === 'golang')).toEqual([]);
  });
});

describe('a Go program in whose build information another mark was written', () => {
  const modules = 'path\texample.com/tool\nmod\texample.com/tool\tv1.0.0\ndep\tgolang.org/x/net\tv0.5.0\n';
  const program = goProgram({ modules, functions: ['main.main'] });
  const at = program.indexOf('\xff Go buildinf:', 0, 'latin1');

  it('tells its modules by the marks around their text, and its Go by what stands before it, marked', () => {
    const other = Buffer.from(program).fill('x', at, at + 14);
    const all = cut('usr/local/bin/tool', other, 1 << 16);
    expect(said(all)).toEqual([
      'golang:stdlib 1.22.1 (content)',
      ...said(cut('usr/local/bin/tool', program, 1 << 16))
        .slice(1)
        .map((text) => text.replace('(exact)', '(content)')),
    ]);
    expect(packages(all).every(({ recovered }) => recovered === 'code')).toBe(true);
    expect(all.some(({ kind }) => kind === 'closed')).toBe(false);
  });
});

describe('a Go program that a linker of C put into two segments (`-linkmode=external` with binutils before 2.31)', () => {
  it('has its constants in with the code, and they are read', () => {
    const files = Buffer.from('\0/root/go/pkg/mod/golang.org/x/net@v0.5.0/html/parse.go\0');
    const program = elf({
      parts: [
        { type: 4, content: note('Go', 4, Buffer.from('id')) },
        { content: Buffer.concat([Buffer.alloc(300_000, 0x90), files]), executable: true },
        { content: Buffer.alloc(64), writable: true },
      ],
    });
    // As linkers do: the first segment begins with the file.
    const segment = Number(program.readBigUInt64LE(32)) + 56;
    const [offset, size] = [program.readBigUInt64LE(segment + 8), program.readBigUInt64LE(segment + 32)];
    program.writeBigUInt64LE(0n, segment + 8);
    program.writeBigUInt64LE(offset + size, segment + 32);
    // And nothing else is loaded to be read alone.
    for (let at = segment; at < 64 + program.readUInt16LE(56) * 56; at += 56)
      if (program.readUInt32LE(at) === 1 && program.readUInt32LE(at + 4) === 4) program.writeUInt32LE(6, at + 4);
    expect(said(cut('usr/local/bin/tool', program, 1 << 16))).toContain('golang:golang.org/x/net v0.5.0 (content)');
  });
});

describe('a Go program whose notes, sections and build information were taken out (`objcopy -R .go.buildinfo -R .note.go.buildid`)', () => {
  const functions = ['golang.org/x/net/html.Parse', 'main.main'];
  const files = Buffer.from('golang.org/x/net@v0.5.0/html/parse.go\0main.go\0');
  const closed = (all: readonly Fact[]): string[] => all.flatMap((fact) => (fact.kind === 'closed' ? fact.what : []));

  it('is read by the files that its line table names', () => {
    const stripped = Buffer.concat([goProgram({ functions, buildId: false, files })]);
    const all = cut('usr/local/bin/tool', stripped, 1 << 16);
    expect(said(all)).toEqual(['golang:golang.org/x/net v0.5.0 (content)']);
    expect(closed(all)).toEqual([]);
  });

  it('is told where these tell no module', () => {
    const all = cut('usr/local/bin/tool', goProgram({ functions, buildId: false }), 1 << 16);
    expect(said(all)).toEqual([]);
    expect(closed(all)).toEqual(['a Go program that tells of none of its modules']);
  });

  it('tells the Go of its standard library, where that is a text of its own, and is told as well', () => {
    const release = Buffer.from('\0go1.21.4\0');
    const all = cut('usr/local/bin/tool', goProgram({ functions, buildId: false, files: release }), 1 << 16);
    expect(said(all)).toEqual(['golang:stdlib 1.21.4 (content)']);
    expect(closed(all)).toEqual(['a Go program that tells of none of its modules']);
    const two = Buffer.from('\0go1.21.4\0go1.22.1\0');
    expect(said(cut('usr/local/bin/tool', goProgram({ functions, buildId: false, files: two }), 1 << 16))).toEqual([]);
  });

  it('is none where another program only has the mark of that table among its constants', () => {
    const mark = Buffer.from([0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8]);
    expect(closed(cut('usr/local/bin/tool', elf({ parts: [{ content: mark }] }), 1 << 16))).toEqual([]);
  });
});

function cut(path: string, bytes: Buffer, size: number): readonly Fact[] {
  const entry = { path, type: 'file' as const, mode: 0o755, uid: 0, gid: 0, size: bytes.length, mtime: 0 };
  const reader = binaries.stream!(entry);
  for (let at = 0; at < bytes.length; ) {
    const chunk = bytes.subarray(at, at + size);
    at += chunk.length + reader.push(chunk, at);
  }
  return [...reader.end()];
}
