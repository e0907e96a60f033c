import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { elf, note } from '../../test/elf.ts';
import { image, layer, symlink, tar } from '../../test/image.ts';
import { zip } from '../../test/zip.ts';
import { takeInventory } from '../inventory/take.ts';

/** What a clever person would do to bring a scanner to zero beside a small clean system: nothing of it passes without a word. */

const program = (...texts: readonly string[]): Buffer =>
  elf({ parts: [{ content: Buffer.from(`\0${texts.join('\0')}\0`) }] });
const text = (content: string): Buffer => Buffer.from(content, 'latin1');
const clean = {
  'etc/os-release': 'ID=alpine\nVERSION_ID=3.20.0\nPRETTY_NAME="Alpine Linux v3.20"\n',
  'lib/apk/db/installed':
    'C:Q1gQ/L3UBnSjgkFWEHQaUkUDubqdI=\nP:musl\nV:1.2.5-r0\nA:x86_64\nF:lib\nR:ld-musl-x86_64.so.1\n\n' +
    'P:busybox\nV:1.36.1-r29\nA:x86_64\nF:bin\nR:busybox\nR:sh\n\n',
  'lib/ld-musl-x86_64.so.1': program('x'),
  'bin/busybox': program('x'),
  'bin/sh': symlink('/bin/busybox'),
};
/** As large as an archive, and no smaller when packed. */
const payload = Buffer.concat(
  Array.from({ length: 6_000 }, (_, at) => createHash('sha256').update(String(at)).digest()),
);

async function seen(files: Parameters<typeof layer>[0]) {
  const { inventory } = await takeInventory(image(layer({ ...clean, ...files })));
  return {
    signs: (inventory.signs ?? []).map(({ check, level }) => `${level} ${check}`),
    messages: (inventory.signs ?? []).map(({ message }) => message).join('\n'),
    files: (inventory.signs ?? []).reduce((sum, { files: those = 0 }) => sum + those, 0),
    packages: inventory.packages
      .filter(({ type }) => type !== 'apk')
      .map(({ name, version, recovered, role }) => [name, version, recovered ?? role ?? 'listed'].join(' ')),
  };
}

/** With the table of sections at the front, behind the program headers, and one section that reaches to the end and is not loaded. */
function asGoLinks(bytes: Buffer): Buffer {
  const table = 2048;
  const file = Buffer.alloc(bytes.length + 4096);
  bytes.copy(file);
  file.writeBigUInt64LE(BigInt(table), 40);
  file.writeUInt16LE(64, 58);
  file.writeUInt16LE(1, 60);
  file.fill(0, table, table + 64);
  file.writeUInt32LE(1, table + 4);
  file.writeBigUInt64LE(4096n, table + 24);
  file.writeBigUInt64LE(BigInt(file.length - 4096), table + 32);
  return file;
}

/** The notes of a linker, and behind them the one in which postject puts a program, as it does: nothing of it is near the end of the file. */
function withNote(headersLast: boolean): Buffer {
  const notes = Buffer.concat([note('GNU', 3, Buffer.alloc(380)), note('NODE_SEA_BLOB', 0, payload)]);
  const file = elf({ parts: [{ content: notes, type: 4 }, { content: payload }] });
  if (!headersLast) return file;
  const [from, size] = [Number(file.readBigUInt64LE(32)), file.readUInt16LE(54) * file.readUInt16LE(56)];
  const table = Buffer.from(file.subarray(from, from + size));
  file.fill(0, from, from + size);
  file.writeBigUInt64LE(BigInt(file.length), 32);
  // postject's notes are behind the program headers.
  const moved = Buffer.concat([file, table, notes]);
  moved.writeBigUInt64LE(BigInt(file.length + size), file.length + 8);
  return moved;
}

describe('a program that holds others', () => {
  it.each<[string, Buffer, string]>([
    [
      'PyInstaller',
      Buffer.concat([program('x'), payload, text('MEI\x0c\x0b\x0a\x0b\x0e'), Buffer.alloc(80)]),
      'a Python program that PyInstaller packed',
    ],
    [
      'Nuitka',
      Buffer.concat([program('x'), text('KAY\x28\xb5\x2f\xfd'), payload]),
      'a Python program that Nuitka packed',
    ],
    [
      'pkg',
      Buffer.concat([program('x'), payload, text('{"/snapshot/a.js":{"0":[0,1]}}')]),
      'a Node.js program that pkg packed',
    ],
    [
      'a SEA',
      Buffer.concat([program('x'), payload, text('\0.note\0NODE_SEA_BLOB\0')]),
      'a Node.js program in one file',
    ],
    ['a SEA of postject', withNote(false), 'a Node.js program in one file'],
    ['a SEA whose program headers postject put at the end', withNote(true), 'a Node.js program in one file'],
    ['shc', program('E: neither argv[0] nor $_ works.'), 'a script that shc encrypted'],
    ['Deno', Buffer.concat([program('x'), payload, text('d3n0l4nd'), Buffer.alloc(32)]), 'a program that Deno packed'],
    ['Bun', Buffer.concat([program('x'), payload, text('\n---- Bun! ----\n')]), 'a program that Bun packed'],
    [
      'an AppImage',
      (() => {
        const bytes = program('x');
        bytes.write('AI\x02', 8, 'latin1');
        return bytes;
      })(),
      'an AppImage',
    ],
    [
      'a runtime before squashfs',
      Buffer.concat([program('x'), text('hsqs'), payload]),
      'a program with a squashfs file system behind it',
    ],
    ['whatever else', Buffer.concat([program('x'), payload]), 'a program with as much as an archive behind its end'],
  ])('by %s', async (_, bytes, what) => {
    const { signs, messages, files } = await seen({ 'app/tool': bytes });
    expect(signs).toEqual(['info contents-closed']);
    expect(messages).toBe(`${what} (/app/tool): what is in there is not judged`);
    expect(files).toBe(1);
  });

  it('is told where UPX packed it and nothing in it was recognised, and a library that UPX packed', async () => {
    const library = elf({
      parts: [
        { content: text('x') },
        { content: Buffer.concat([text('\x01\x02\x03\x04UPX!'), payload]), executable: true },
      ],
    });
    expect(await seen({ 'app/libx.so': library })).toMatchObject({
      signs: ['info program-packed'],
      messages: expect.stringContaining('1 program packed with UPX') as string,
    });
  });

  it('is no archive where it is a PEX that a shell starts: its distributions are read', async () => {
    const script = '#!/bin/sh\n# N.B.: POSIX\nset -eu\nDEFAULT_PEX_ROOT="$(echo ~/.cache/pex)"\nPEX_ROOT="x"\nexit 0\n';
    const archive = zip({
      '.deps/requests-2.25.0-py3-none-any.whl/requests-2.25.0.dist-info/METADATA': 'Name: requests\nVersion: 2.25.0\n',
      data: payload,
    });
    expect(await seen({ 'app/tool': Buffer.concat([text(script), archive]) })).toMatchObject({
      packages: ['requests 2.25.0 listed'],
      signs: [],
    });
  });

  it('is none where an older linker put the table of sections before what debuggers read, and is one behind those sections', async () => {
    const linked = (described: number): Buffer => {
      const code = Buffer.concat([program('x'), Buffer.alloc(8_192)]);
      const row = Buffer.alloc(64);
      row.writeUInt32LE(2, 4); // SHT_SYMTAB
      row.writeBigUInt64LE(BigInt(code.length + 128), 24);
      row.writeBigUInt64LE(BigInt(described), 32);
      code.writeBigUInt64LE(BigInt(code.length), 40);
      code.writeUInt16LE(64, 58);
      code.writeUInt16LE(2, 60);
      return Buffer.concat([code, Buffer.alloc(64), row, Buffer.alloc(described, 1)]);
    };
    expect(await seen({ 'app/x.so': linked(payload.length) })).toMatchObject({ signs: [] });
    const { signs } = await seen({ 'app/x.so': Buffer.concat([linked(200_000), payload]) });
    expect(signs).toEqual(['info contents-closed']);
  });

  it('is told where somebody moved its program headers to the end, as patchelf does, and put an archive behind', async () => {
    const { signs } = await seen({ 'app/tool': Buffer.concat([withNote(true).fill('-', 0x400, 0x500), payload]) });
    expect(signs).toEqual(['info contents-closed']);
  });

  it('is not every program: one with debug information, sections or a signature ends where it says', async () => {
    const { signs } = await seen({
      'app/plain': program('x'),
      'app/go': asGoLinks(Buffer.concat([program('x'), payload])),
      'app/signed': Buffer.concat([program('x'), Buffer.alloc(2_000, 1)]),
      'app/node': program('NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:0'),
    });
    expect(signs).toEqual([]);
  });
});

describe('libraries that were copied out of another stage', () => {
  const libc = 'GNU C Library (Debian GLIBC 2.36-9+deb12u10) stable release version 2.36.';
  const copied = { 'lib/x86_64-linux-gnu/libc.so.6': program(libc), 'app/server': program('x') };
  const levels = async (files: Parameters<typeof layer>[0]): Promise<readonly string[]> => {
    const { inventory } = await takeInventory(image(layer(files)));
    expect(inventory.packages.map(({ type }) => type)).toContain('deb');
    return (inventory.signs ?? []).filter(({ level }) => level === 'warning').map(({ check }) => check);
  };

  it('are judged, and are no warning where no system is', async () => {
    expect(await levels(copied)).toEqual([]);
  });

  it('and packages that were unpacked for the system of somebody else, as into a snap, are none either, where no loader is', async () => {
    const changelog = (first: string): Buffer => gzipSync(Buffer.from(`${first}; urgency=medium\n`));
    const unpacked = {
      'meta/snap.yaml': 'name: demo\nversion: "1.0"\nbase: core22\n',
      'usr/bin/curl': program('x'),
      'usr/share/doc/curl/changelog.Debian.gz': changelog('curl (7.88.1-10+deb12u15) bookworm-security'),
      'usr/share/doc/libssl3/changelog.Debian.gz': changelog('openssl (3.0.22-1~deb12u2) bookworm-security'),
    };
    expect(await levels(unpacked)).toEqual([]);
    const loader = 'usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2';
    expect(await levels({ ...unpacked, [loader]: program('x') })).toContain('database-missing');
    expect(await levels({ ...unpacked, 'bin/sh': program('x') })).toContain('database-missing');
    const base = { 'usr/share/doc/base-files/changelog.gz': changelog('base-files (12.4+deb12u10) bookworm') };
    expect(await levels({ ...unpacked, ...base })).toContain('database-missing');
  });

  it('are a system without its database where a shell, a release file or a package manager is', async () => {
    for (const path of ['bin/sh', 'usr/bin/dpkg-query', 'var/log/dpkg.log'])
      expect(await levels({ ...copied, [path]: 'x' }), path).toContain('database-missing');
    expect(await levels({ ...copied, 'etc/os-release': 'ID=debian\nVERSION_ID="12"\n' })).toContain('database-missing');
  });
});

/** https://base91.sourceforge.net/, but for the order of its alphabet. */
function basE91(bytes: Buffer): string {
  const alphabet = Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at)).filter(
    (letter) => !"-'\\".includes(letter),
  );
  let [value, bits, out] = [0, 0, ''];
  for (const byte of bytes) {
    value |= byte << bits;
    bits += 8;
    if (bits <= 13) continue;
    const taken = (value & 8191) > 88 ? 13 : 14;
    const digits = value & (2 ** taken - 1);
    value >>= taken;
    bits -= taken;
    out += `${alphabet[digits % 91]}${alphabet[Math.floor(digits / 91)]}`;
  }
  return out;
}

describe('a file that holds others', () => {
  /** As much as a program has, its section names at its end. */
  const large = Buffer.concat([program('x'), Buffer.alloc(70_000, 'code '), text('\0.shstrtab\0.text\0')]);
  large.writeUInt32LE(1, 20); // e_version, as all programs have it
  const masked = (bytes: Buffer, key: string): Buffer =>
    bytes.map((byte, at) => byte ^ key.charCodeAt(at % key.length)) as Buffer;
  const PNG = Buffer.concat([text('\x89PNG\r\n\x1a\n'), Buffer.alloc(3_000)]);
  const ext4 = Buffer.alloc(100_000);
  ext4.set([0x53, 0xef, 1, 0], 1024 + 0x38);
  // What CPython 3.11 marshals of a module of two lines.
  const modules = Buffer.from(
    '630000000000000000000000000200000000000000f3120000009700640064016c005a0064025a01640153002903e9000000004ee9010000002902da026f73da0178a900f300000000fa046d2e7079fa083c6d6f64756c653e7208000000010000007317000000f003010101d80009800980098009d802038001800180017206000000'.repeat(
      1_000,
    ),
    'hex',
  );
  /** Weights of a model, without a word of what they are. */
  const floats = Buffer.from(Float32Array.from({ length: 30_000 }, (_, at) => Math.sin(at * 1.7) / 10).buffer);
  const cubin = Buffer.from(program('x'));
  cubin.writeUInt16LE(190, 18);
  const library = 'class A:\n    def method(self):\n        return self\n'.repeat(2_000);
  const pickled = text(`\x80\x05}\x8c\x01x${library}`);
  const script = (body: string): string => `#!/bin/sh\nset -e\n${body}\nexec /app/run\n`;
  const gzipped = gzipSync(Buffer.concat([Buffer.from(tar({ 'usr/lib/libssl.so': 'x' })), payload]));

  it.each<[string, string | Buffer, string, string]>([
    ['app/root.img', Buffer.concat([text('hsqs'), payload]), 'contents-closed', 'a squashfs file system'],
    ['app/disk', Buffer.concat([text('QFI\xfb'), payload]), 'contents-closed', 'a disk image of QEMU'],
    [
      'app/x.dat',
      Buffer.concat([text('PK\x03\x04\x14\0\x09\0'), payload]),
      'contents-closed',
      'an encrypted zip archive',
    ],
    ['app/x.enc', Buffer.concat([text('Salted__'), payload]), 'contents-closed', 'a file that OpenSSL encrypted'],
    ['app.tar.gz', gzipped, 'archives-unopened', 'a compressed tar archive'],
    ['srv/blob', gzipped, 'archives-unopened', 'a compressed tar archive'],
    ['srv/blob', Buffer.from(tar({ 'usr/lib/libssl.so': payload })), 'archives-unopened', 'a tar archive'],
    ['srv/a.7z', Buffer.concat([text('7z\xbc\xaf\x27\x1c'), payload]), 'archives-unopened', 'a 7z archive'],
    [
      'srv/tool.txt',
      Buffer.concat([program('x'), payload])
        .toString('base64')
        .replace(/.{76}/g, '$&\n'),
      'contents-closed',
      'a program that was written as text',
    ],
    [
      'srv/x.json',
      JSON.stringify({ name: 'x', data: Buffer.concat([program('x'), payload]).toString('base64') }),
      'contents-closed',
      'data with a program written as text',
    ],
    ['srv/x.dat', gzipSync(Buffer.concat([program('x'), payload])), 'contents-closed', 'a compressed program'],
    [
      'srv/lib.bin',
      zip({ 'requests/__init__.py': 'x', 'requests/data': payload }),
      'contents-closed',
      'a zip archive of code under the name of a model',
    ],
    [
      'srv/x.dat',
      gzipSync(Buffer.concat([text('07070100000001000081a4'), payload])),
      'archives-unopened',
      'a compressed cpio archive',
    ],
    ['srv/x.dat', gzipSync(gzipped), 'archives-unopened', 'a file that was compressed twice'],
    [
      'srv/x.dat',
      gzipSync(zip({ 'lib/a.jar': payload }, { stored: true })),
      'archives-unopened',
      'a compressed zip archive',
    ],
    ['srv/x.dat', Buffer.concat([text('BZh91AY&SY'), payload]), 'archives-unopened', 'a file that bzip2 compressed'],
    [
      'opt/tool',
      Buffer.concat([text('!<arch>\ndebian-binary   1668973695  0     0     100644  4         `\n2.0\n'), payload]),
      'archives-unopened',
      'a Debian package',
    ],
    ['opt/tool', Buffer.concat([text('\xed\xab\xee\xdb\x03\0\0\0'), payload]), 'archives-unopened', 'an rpm package'],
    [
      'opt/log.jmod',
      Buffer.concat([text('JM\x01\0'), zip({ 'classes/module-info.class': payload })]),
      'archives-unopened',
      'a Java module as jlink takes it',
    ],
    [
      'srv/logo.dat',
      Buffer.concat([text('hello hello '.repeat(20)), zip({ 'requests/data': payload })]),
      'archives-unopened',
      'a zip archive behind other bytes',
    ],
    ...['srv/lib.zip', 'usr/lib/python3/dist-packages/lib.dat', 'usr/lib/python311.zip'].map(
      (path): [string, Buffer, string, string] => [
        path,
        zip({ 'requests/__init__.py': 'x', 'os.py': 'x' }),
        'archives-unopened',
        'a zip archive of Python code without metadata (requests)',
      ],
    ),
    [
      'boot/initrd.img-6.1.0-18-amd64',
      Buffer.concat([text('07070100000001'), payload]),
      'archives-unopened',
      'an initial RAM disk',
    ],
    [
      'boot/initramfs-linux.img',
      Buffer.concat([text('\x28\xb5\x2f\xfd'), payload]),
      'archives-unopened',
      'an initial RAM disk',
    ],
    [
      'srv/stream.dat',
      deflateRawSync(elf({ parts: [{ content: payload }] })),
      'contents-closed',
      'a compressed program',
    ],
    [
      'srv/stream.bin2',
      deflateRawSync(tar({ 'usr/lib/libssl.so': payload })),
      'archives-unopened',
      'a compressed archive without a header',
    ],
    [
      'srv/lib.stream',
      deflateRawSync(library + payload.toString('base64')),
      'archives-unopened',
      'a compressed file without a header',
    ],
    [
      'srv/app.phar',
      Buffer.concat([text("<?php\nPhar::mapPhar('a.phar');\n__HALT_COMPILER(); ?>\r\n"), Buffer.alloc(200), payload]),
      'contents-closed',
      'a program of PHP with an archive behind it',
    ],
    ['srv/a.b64', gzipped.toString('base64'), 'archives-unopened', 'an archive that was written as text'],
    [
      'srv/a.uu',
      `begin 644 a.tar\n${'M'.padEnd(61, '!').concat('\n').repeat(2_000)}`,
      'archives-unopened',
      'a file as uuencode wrote it',
    ],
    [
      'srv/run.py',
      `import base64\nCODE = "${'aB!#$%&()*+-;<=>?@^_{|}~'.repeat(4_000)}"\n`,
      'contents-closed',
      'a script that holds an archive as text',
    ],
    [
      'entrypoint.sh',
      script(`base64 -d <<X | tar x\n${payload.toString('base64').replace(/.{76}/g, '$&\n')}\nX`),
      'contents-closed',
      'a script that holds an archive as text',
    ],
    [
      'entrypoint',
      Buffer.concat([Buffer.from(script('tail -n +5 $0 | tar xz')), payload]),
      'contents-closed',
      'a script with an archive behind it',
    ],
    [
      'srv/main.js',
      `var fs=require("fs");function __webpack_require__(e){}${'x'.repeat(100_000)}`,
      'code-merged',
      'code of a server that was merged into one file',
    ],
    [
      'srv/app.py',
      "# Pyarmor 9.2.8 (trial), 000000, 2026\nfrom pyarmor_runtime_000000 import __pyarmor__\n__pyarmor__(__name__, __file__, b'PY')",
      'contents-closed',
      'Python code that Pyarmor encrypted',
    ],
    // Whatever a module may begin with: an empty line, a text, a mark of the order of bytes, an expression.
    ...['\n\n', '"""x"""\n', '\ufeff', '...\n', '*a, = ()\n', '[]\n', '~0\n', 'ä = 1\n'].map(
      (begin): [string, string, string, string] => [
        'srv/run',
        `${begin}from pyarmor_runtime_000000 import __pyarmor__\n__pyarmor__(__name__, __file__, b'PY')`,
        'contents-closed',
        'Python code that Pyarmor encrypted',
      ],
    ),
    ['srv/main.jsc', text('\xcc\x05\xde\xc0\x0b\xc2'), 'contents-closed', 'JavaScript as V8 compiled it'],
    [
      'srv/x.zst',
      Buffer.concat([text('\x28\xb5\x2f\xfd'), payload]),
      'archives-unopened',
      'a file that zstd compressed',
    ],
    [
      'srv/node_modules/.store/lodash-4.17.20.tgz',
      gzipSync(tar({ 'package/package.json': '{"name":"lodash","version":"4.17.20"}' })),
      'archives-unopened',
      'an npm package as npm packs it',
    ],
    ['srv/x.dat', masked(large, 'Z'), 'contents-closed', 'a program under a mask of a few bytes'],
    ['srv/x.bin', masked(large, 'sesame!x'), 'contents-closed', 'a program under a mask of a few bytes'],
    ['srv/x.dat', masked(large, 'one longer key'), 'contents-closed', 'a program under a mask of a few bytes'],
    ['srv/x.img', Buffer.from(large).reverse(), 'contents-closed', 'a program written backwards'],
    ['srv/x.dat', payload, 'archives-unopened', 'a file of bytes as even as encrypted ones'],
    ['srv/x.png', Buffer.concat([PNG, large]), 'contents-closed', 'a file with a program in it'],
    [
      'srv/x.iso',
      Buffer.concat([Buffer.alloc(0x8001), text('CD001\x01'), large]),
      'contents-closed',
      'an image of a CD',
    ],
    ['srv/disk', ext4, 'contents-closed', 'a disk image with a file system of Linux (ext)'],
    ['srv/x.txt', basE91(payload), 'archives-unopened', 'text in an encoding of its own'],
    ['srv/code.dat', modules, 'contents-closed', 'Python code as marshal writes it'],
    ['srv/code.bin', pickled, 'archives-unopened', 'data with sources of Python in it'],
    ['srv/code.json', JSON.stringify({ x: library }), 'archives-unopened', 'data with sources of Python in it'],
    // As each merger's output begins when it shortens names; none of their own words is left.
    ...[
      'var a=(e,r)=>()=>(r||e((r={exports:{}}).exports,r),r.exports);var f=t("fs");',
      '(function(){function r(e,n,t){var a=new Error("x");throw a.code="MODULE_NOT_FOUND",a}var p=n[i]={exports:{}}})({1:[function(require){require("http")}]})',
      "var commonjsGlobal=typeof globalThis!=='undefined'?globalThis:self;var fs=require('fs');",
      'const e=require("node:fs");var t={};function __nccwpck_require__(r){}',
      `import{createRequire as e}from"node:module";var r=e("x"),f=r("fs");${'/* x MIT Licensed */'.repeat(8)}`,
    ].map((code, at): [string, string, string, string] => [
      `srv/dist/${at}.js`,
      `${code}${'x'.repeat(100_000)}`,
      'code-merged',
      'code of a server that was merged into one file',
    ]),
  ])('/%s', async (path, bytes, check, what) => {
    const { signs, messages } = await seen({ [path]: bytes });
    expect(signs).toEqual([`info ${check}`]);
    expect(messages).toContain(what);
  });

  it.each<[string, string | Buffer]>([
    [
      'srv/node_modules/x/test/fixtures/a.tgz',
      gzipSync(tar({ 'package/package.json': '{"name":"lodash","version":"4.17.20"}' })),
    ],
    ['srv/node_modules/x/data.tgz', gzipSync(tar({ 'data/a.json': '{}' }))],
    ['root/.cache/x/download.tar.gz', gzipped],
    ['boot/vmlinuz', Buffer.concat([text('MZ'), payload])],
    [
      'usr/lib/python311.zip',
      zip({ 'os.py': 'x', 'encodings/__init__.py': 'x', '_pydecimal.py': 'x', 'site.py': 'x' }),
    ],
    [
      'srv/lib.zip',
      zip({
        'requests/__init__.py': 'x',
        'urllib3/__init__.py': 'x',
        'requests-2.31.0.dist-info/METADATA': 'Name: requests\nVersion: 2.31.0\n',
        'urllib3-2.0.7.dist-info/RECORD': 'urllib3/__init__.py,,\n',
      }),
    ],
    ['usr/lib/python3/dist-packages/x/data.tar.gz', gzipped],
    ['srv/weights.npz', Buffer.concat([text('PK\x03\x04\x14\0\0\0'), payload])],
    ['srv/letters.txt', payload.toString('base64')],
    ['srv/static/app.js.br', payload],
    ['srv/picture.png', Buffer.concat([PNG, payload])],
    ['srv/weights.dat', floats],
    ['srv/numbers.json', JSON.stringify(Array.from(payload, (byte) => ({ id: byte, at: `k${byte * 7}` })))],
    [
      'srv/one.json',
      JSON.stringify({ x: 'class A:\n    def method(self):\n        return self\n', y: payload.toString('base64') }),
    ],
    ['srv/gpu.dat', Buffer.concat([text('CUBIN'), Buffer.alloc(100), cubin, Buffer.alloc(70_000)])],
    ['srv/pyarmor_runtime_000000/__init__.py', '# Pyarmor 9.2.8\nfrom .pyarmor_runtime import __pyarmor__\n'],
    [
      'srv/page.js',
      `var a=(e,r)=>()=>(r||e((r={exports:{}}).exports,r),r.exports);var p=t("path");${'x'.repeat(100_000)}`,
    ],
    ['srv/data.jsc', 'text that is none'],
    ['srv/static/app.js', `var x=require("fs");__webpack_require__()${'x'.repeat(100_000)}`],
    ['srv/app.js', `function __webpack_require__(e){}${'x'.repeat(100_000)}`],
    ['srv/notes.tar', Buffer.from(tar({ 'a.txt': 'x' }))],
    // It is read, or told to be damaged.
    ['var/lib/chisel/manifest.wall', Buffer.concat([text('\x28\xb5\x2f\xfd'), payload])],
  ])('is not /%s', async (path, bytes) => {
    expect((await seen({ [path]: bytes })).signs).toEqual([]);
  });
});

describe('what lies under another name or root', () => {
  const OPENSSL = program('OpenSSL 1.1.1n  15 Mar 2022');

  it.each(['opt/.l/libssl.so.1.1', 'opt/x/blob.dat'])('a library at /%s is known by its content', async (path) => {
    expect((await seen({ [path]: OPENSSL })).packages).toEqual(['openssl 1.1.1n listed']);
  });

  it('a system in a folder without a database is told, one with a database is listed', async () => {
    const root = { 'srv/r/bin/sh': program('x'), 'srv/r/lib64/ld-linux-x86-64.so.2': program('x') };
    expect((await seen({ ...root, 'srv/r/lib/libcrypto.so.1.1': OPENSSL })).signs).toEqual(['info system-nested']);
    const listed = await seen({
      ...root,
      'srv/r/var/lib/dpkg/status': 'Package: libssl1.1\nStatus: install ok installed\nVersion: 1.1.1n-0+deb11u4\n',
    });
    expect(listed.signs).toEqual([]);
    expect(listed.packages).toEqual(['libssl1.1 1.1.1n-0+deb11u4 nested']);
    // The same with a merged /usr, and without a shell.
    const merged = {
      'srv/r/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2': program('x'),
      'srv/r/etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
    };
    expect((await seen(merged)).signs).toEqual(['info system-nested']);
    const database = 'Package: libssl3\nStatus: install ok installed\nVersion: 3.0.22-1~deb12u2\n';
    expect((await seen({ ...merged, 'srv/r/var/lib/dpkg/status': database })).signs).toEqual([]);
  });

  it('a jar that is called otherwise is read by its first member, a zip application by its first line', async () => {
    const jar = zip({
      'META-INF/MANIFEST.MF': 'Manifest-Version: 1.0\n',
      'META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties':
        'groupId=org.apache.logging.log4j\nartifactId=log4j-core\nversion=2.14.1\n',
    });
    const app = zip(
      { 'requests-2.25.0.dist-info/METADATA': 'Name: requests\nVersion: 2.25.0\n' },
      { prepend: Buffer.from('#!/usr/bin/env python3\n') },
    );
    const { packages } = await seen({ 'app/core.dat': jar, 'app/run': app });
    expect(packages).toEqual(['org.apache.logging.log4j:log4j-core 2.14.1 listed', 'requests 2.25.0 listed']);
  });
});

describe('Python without its metadata', () => {
  const { compiled } = JSON.parse(
    readFileSync(new URL('../formats/python/fixtures/compiled-modules.json', import.meta.url), 'utf8'),
  ) as { compiled: Readonly<Record<string, string>> };
  const pyc = Buffer.from(compiled['3.11.7']!, 'base64');
  const SITE = 'usr/lib/python3.11/site-packages';
  const LOCAL = 'usr/local/lib/python3.11/site-packages';

  it('is none where a cache is all that is left, or where Debian compiled what dpkg lists', async () => {
    const { packages, signs } = await seen({
      [`${LOCAL}/requests/__pycache__/__version__.cpython-311.pyc`]: pyc,
      'var/lib/dpkg/info/python3-requests.list': '/usr/lib/python3/dist-packages/requests/__init__.py\n',
      'usr/lib/python3/dist-packages/requests/__init__.py': 'x',
      'usr/lib/python3/dist-packages/requests/__pycache__/__version__.cpython-311.pyc': pyc,
    });
    expect(packages).toEqual([]);
    expect(signs).toEqual([]);
  });

  it.each([
    `${SITE}/requests/__init__.pyc`,
    `${LOCAL}/requests/__pycache__/__version__.cpython-311.pyc`,
    'app/lib/requests/__init__.pyc',
  ])('compiled at /%s', async (path) => {
    const { packages, signs } = await seen({
      [path]: pyc,
      ...(path.includes('__pycache__') ? { [`${LOCAL}/requests/__init__.py`]: 'x' } : {}),
    });
    expect(packages).toEqual(['requests 2.25.0 code']);
    expect(signs).toEqual(['info metadata-deleted']);
  });

  it('in a folder that only the application knows: what everybody knows under its name', async () => {
    const { packages, signs } = await seen({
      'app/lib/requests/__version__.py': '__version__ = "2.25.0"\n',
      'app/lib/urllib3/_version.py': '__version__ = "1.26.4"\n',
      'app/lib/jinja2/__init__.py': '__version__ = "2.11.0"\n',
      'app/shop/__init__.py': '__version__ = "1.0.0"\n',
      'app/utils/version.py': 'VERSION = "4.2.0"\n',
    });
    expect(packages).toEqual(['jinja2 2.11.0 code', 'requests 2.25.0 code', 'urllib3 1.26.4 code']);
    expect(signs).toEqual(['warning metadata-deleted']);
  });

  it('is not code that a distribution lists, from wherever: an editable installation, a folder of pip --target', async () => {
    const { packages, signs } = await seen({
      [`${SITE}/requests-2.25.0.dist-info/METADATA`]: 'Name: requests\nVersion: 2.25.0\n',
      'src/requests/requests/__version__.py': '__version__ = "2.25.0"\n',
      'opt/x/lib/flask/__init__.py': '__version__ = "1.0.0"\n',
      'opt/x/lib/Flask-1.0.0.dist-info/METADATA': 'Name: Flask\nVersion: 1.0.0\n',
      'opt/x/lib/yaml/__init__.py': '__version__ = "5.1"\n',
      'opt/x/lib/PyYAML-5.1.dist-info/METADATA': 'Name: PyYAML\nVersion: 5.1\n',
      [`${SITE}/pip/_vendor/urllib3/_version.py`]: '__version__ = "1.26.4"\n',
    });
    expect(packages).toEqual(['Flask 1.0.0 listed', 'PyYAML 5.1 listed', 'requests 2.25.0 listed']);
    expect(signs).toEqual([]);
  });
});

describe('code that tells nothing', () => {
  const modules = ['requests', 'yaml', 'flask', 'jinja2'];
  const folders = ['lodash', 'qs', 'ws', '@a/b'];
  const SITE = 'usr/lib/python3.11/site-packages';
  const strange = {
    ...Object.fromEntries(modules.map((name) => [`${SITE}/${name}/core.py`, 'x'])),
    [`${SITE}/six.py`]: 'x',
    [`${SITE}/fast.cpython-311-x86_64-linux-gnu.so`]: program('x'),
    ...Object.fromEntries(folders.map((name) => [`srv/node_modules/${name}/index.js`, 'x'])),
  };

  it('is told by its names, and counted', async () => {
    const { inventory } = await takeInventory(image(layer({ ...clean, ...strange, 'opt/tool': program('x') })));
    const signs = inventory.signs ?? [];
    expect(signs.map(({ check, level }) => `${level} ${check}`)).toEqual(['info code-unlisted', 'info code-unlisted']);
    expect(signs.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^6 Python import packages \(.+, \.\.\.\) that nothing lists, and that tell no version: not judged$/,
      ),
      expect.stringMatching(/^4 npm packages \(.+\) that nothing lists, and that tell no version: not judged$/),
    ]);
    expect(inventory.code).toEqual([
      { kind: 'programs', all: 2, known: 0 },
      { kind: 'python', all: 6, known: 0 },
      { kind: 'javascript', all: 4, known: 0 },
    ]);
  });

  it('is told of a single npm package that everybody knows, whatever its files are called, and of no other', async () => {
    const told = async (files: Record<string, string>): Promise<string[] | undefined> =>
      (await takeInventory(image(layer({ ...clean, ...files })))).inventory.signs?.map(({ message }) => message);
    expect(await told({ 'srv/node_modules/lodash/lodash.txt': 'x' })).toEqual([
      '1 npm package (lodash) that nothing lists, and that tell no version: not judged',
    ]);
    expect(
      await told({ 'srv/node_modules/lodash/lodash.txt': 'x', 'srv/node_modules/lodash/package.json': '{}' }),
    ).toEqual(['1 npm package (lodash) that nothing lists, and that tell no version: not judged']);
    expect(
      await told({
        'srv/node_modules/utils/index.js': 'x',
        'srv/node_modules/.cache/x.json': 'x',
        'srv/node_modules/.bin/mime': 'x',
        'srv/node_modules/.pnpm/lock.yaml': 'x',
      }),
    ).toBeUndefined();
  });

  it('is none of the folders of a prefix, which pip puts beside the modules of a target', async () => {
    const data = ['bin/x', 'etc/jupyter/x.json', 'share/man/man1/x.1', 'include/x.h'];
    const files = Object.fromEntries(data.map((path) => [`${SITE}/${path}`, 'x']));
    const { inventory } = await takeInventory(image(layer({ ...clean, ...files })));
    expect(inventory.signs).toBeUndefined();
    expect(inventory.code).toBeUndefined();
  });

  it('is told of a folder of npm packages that is called otherwise, and of no code of the same names', async () => {
    const names = ['accepts', 'bytes', 'depd', 'encodeurl', 'etag', 'fresh', 'qs', 'vary'];
    const under = (folder: string, those: readonly string[]): Record<string, string> =>
      Object.fromEntries(those.map((name) => [`${folder}/${name}/index.js`, 'x']));
    const { inventory } = await takeInventory(image(layer({ ...clean, ...under('srv/lib', names) })));
    expect(inventory.signs?.map(({ check, message }) => `${check}: ${message}`)).toEqual([
      'code-unlisted: 8 npm packages (accepts, bytes, depd, ...) that nothing lists, and that tell no version: not judged',
    ]);
    expect(inventory.code).toContainEqual({ kind: 'javascript', all: 8, known: 0 });
    const manifests = names.map((name) => [`srv/lib/${name}/package.json`, `{"name":"${name}","version":"1.0.0"}`]);
    for (const files of [
      { ...under('srv/lib', names), ...Object.fromEntries(manifests) },
      under('srv/lib', names.slice(1)),
    ])
      expect((await takeInventory(image(layer({ ...clean, ...files })))).inventory.signs).toBeUndefined();
  });

  it('is none that a package manager lists, or a package of the system owns', async () => {
    const { inventory } = await takeInventory(
      image(
        layer({
          ...clean,
          'lib/apk/db/installed': `${clean['lib/apk/db/installed']}P:py3-yaml\nV:6.0-r1\nA:x86_64\nF:${SITE}/yaml\nR:core.py\n\n`,
          ...strange,
          [`${SITE}/x-1.0.dist-info/METADATA`]: 'Name: x\nVersion: 1.0\n',
          [`${SITE}/x-1.0.dist-info/RECORD`]: [...modules, 'six.py', 'fast.cpython-311-x86_64-linux-gnu.so']
            .filter((name) => name !== 'yaml')
            .map((name) => (name.includes('.') ? `${name},,\n` : `${name}/core.py,,\n`))
            .join(''),
          ...Object.fromEntries(
            folders.map((name) => [`srv/node_modules/${name}/package.json`, `{"name":"${name}","version":"1.0.0"}`]),
          ),
          'opt/libssl.so.1.1': program('OpenSSL 1.1.1n  15 Mar 2022'),
        }),
      ),
    );
    expect(inventory.signs).toBeUndefined();
    expect(inventory.code).toEqual([
      { kind: 'programs', all: 2, known: 2 },
      { kind: 'python', all: 6, known: 6 },
      { kind: 'javascript', all: 4, known: 4 },
    ]);
  });
});

const PYTHON = 'usr/lib/python3.12/site-packages';

describe('a manifest that says nothing any more', () => {
  const modules = 'srv/node_modules';
  const lodash = {
    [`${modules}/lodash/package.json`]: '{"name":"lodash","version":"4.17.20"}',
    [`${modules}/lodash/lodash.js`]: ";(function() {\n  var VERSION = '4.17.20';\n}.call(this));\n",
    [`${modules}/.package-lock.json`]: '{"lockfileVersion":3,"packages":{"node_modules/lodash":{"version":"4.17.20"}}}',
  };

  it.each(['', '{}', '{"name":"lodash"', '{"private":true}', '[]'])(
    '%j: a lower layer tells of it',
    async (emptied) => {
      const { inventory } = await takeInventory(
        image(
          layer({ ...clean, ...lodash }),
          layer({ [`${modules}/lodash/package.json`]: emptied, [`${modules}/.package-lock.json`]: emptied }),
        ),
      );
      expect(inventory.packages.find(({ name }) => name === 'lodash')).toMatchObject({
        version: '4.17.20',
        recovered: 'lower-layer',
      });
      expect(inventory.signs).toContainEqual(expect.objectContaining({ check: 'metadata-deleted', level: 'warning' }));
    },
  );

  it.each([
    [lodash[`${modules}/.package-lock.json`]!, 'lock-file'],
    ['{}', 'code'],
  ])('in one layer a lock file or the code does: %s', async (lock, recovered) => {
    const squashed = {
      ...lodash,
      [`${modules}/lodash/package.json`]: '{}',
      [`${modules}/lodash/lodash.js`]: `/**\n * @license\n * Lodash <https://lodash.com/>\n */\n${lodash[`${modules}/lodash/lodash.js`]}`,
      [`${modules}/.package-lock.json`]: lock,
    };
    expect((await seen(squashed)).packages).toEqual([`lodash 4.17.20 ${recovered}`]);
  });

  it('and metadata that is written anew alone in its folder is contradicted by that', async () => {
    const { packages, signs } = await seen({
      [`${PYTHON}/requests-2.25.0.dist-info/METADATA`]: 'Name: requests\nVersion: 2.99.0\n',
    });
    expect(packages).toEqual(['requests 2.25.0 trace']);
    expect(signs).toEqual(['warning versions-contradicted']);
  });
});

describe('names made to confuse', () => {
  it.each([
    ['requ\u0435sts', '2.25.0', 'requ\\u{435}sts 2.25.0'],
    ['requests\u200b', '2.25.0', 'requests\\u{200b} 2.25.0'],
    ['\uff52equests', '2.25.0', '\\u{ff52}equests 2.25.0'],
    ['"requests"', '2.25.0', '"requests" 2.25.0'],
    ['requests', '2.25.0\u00ad', 'requests 2.25.0\\u{ad}'],
  ])('%j %j are told with their letters', async (name, version, words) => {
    const { messages, signs } = await seen({
      [`${PYTHON}/x.dist-info/METADATA`]: `Name: ${name}\nVersion: ${version}\n`,
    });
    expect(signs).toContain('warning names-confusing');
    expect(messages).toContain(words);
  });

  it.each([
    ['requ\u0435sts', 'requests 2.25.0', 'requ\\u{435}sts'],
    ['requests\u200b', 'requests 2.25.0', 'requests\\u{200b}'],
    ['t\u03bfrch', 'torch 1.9.0', 't\\u{3bf}rch'],
  ])(
    'are those of folders with code too, without metadata: %j is taken for what it looks like',
    async (folder, looks, words) => {
      const { packages, messages, signs } = await seen({
        [`${PYTHON}/${folder}/__init__.py`]: `__version__ = "${looks.split(' ')[1]}"\n`,
        [`${PYTHON}/${folder}/api.py`]: '',
      });
      expect(packages).toEqual([`${looks} code`]);
      expect(signs).toContain('warning names-confusing');
      expect(messages).toContain(words);
    },
  );

  it.each([
    ['a folder of code that tells no version', `${PYTHON}/requ\u0435sts/__init__.py`],
    ['a module', `${PYTHON}/s\u0456x.py`],
    ['a folder of metadata', `${PYTHON}/requ\u0435sts-2.25.0.dist-info/METADATA`],
    ['a folder of an npm package', 'srv/node_modules/l\u043edash/package.json'],
  ])('are those of %s', async (_, path) => {
    const text = path.endsWith('.json') ? '{"name":"acme","version":"1.0.0"}' : 'Name: acme\nVersion: 1.0\n';
    expect((await seen({ [path]: path.endsWith('.py') ? 'x = 1\n' : text })).signs).toContain(
      'warning names-confusing',
    );
  });

  it('count once, though the folder of a package is called so too', async () => {
    const { messages } = await seen({
      [`${PYTHON}/requ\u0435sts-2.25.0.dist-info/METADATA`]: 'Name: requ\u0435sts\nVersion: 2.25.0\n',
    });
    expect(messages).toContain('1 package bears a name or versions');
  });

  it('are not those of modules in one alphabet', async () => {
    const { signs } = await seen({
      [`${PYTHON}/acme-1.0.dist-info/METADATA`]: 'Name: acme\nVersion: 1.0\n',
      [`${PYTHON}/acme-1.0.dist-info/RECORD`]: '\u0434\u0430\u043d\u043d\u044b\u0435/__init__.py,,\n',
      [`${PYTHON}/\u0434\u0430\u043d\u043d\u044b\u0435/__init__.py`]: 'x = 1\n',
    });
    expect(signs).toEqual([]);
  });

  it('are not those of one alphabet, nor names with spaces', async () => {
    const { signs } = await seen({
      'srv/a/package.json': '{"name":"\u043f\u0440\u0438\u043b\u043e\u0436\u0435\u043d\u0438\u0435","version":"1.0.0"}',
      'srv/b/package.json': '{"name":"My Caf\u00e9","version":"1.0.0"}',
    });
    expect(signs).toEqual([]);
  });
});

describe('a list of an OS package that names a language package of another version', () => {
  const listed = (version: string) => ({
    'lib/apk/db/installed': `${clean['lib/apk/db/installed']}P:py3-requests\nV:${version}\nA:x86_64\nF:${PYTHON}/requests-2.25.0.dist-info\nR:METADATA\n\n`,
    [`${PYTHON}/requests-2.25.0.dist-info/METADATA`]: 'Name: requests\nVersion: 2.25.0\n',
  });

  it.each(['2.31.0-r0', '3.1.0-r0'])('is told: %s', async (version) => {
    const { messages, signs } = await seen(listed(version));
    expect(signs).toEqual(['info ownership-contradicted']);
    expect(messages).toContain(`requests 2.25.0 (py3-requests ${version}): judged apart from it`);
  });

  it('and is not where only documentation names the package, without a list', async () => {
    const { signs } = await seen({
      'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
      'lib/apk/db/installed': '',
      'usr/share/doc/python3-requests/changelog.Debian.gz': gzipSync('requests (3.1.0-1) bookworm; urgency=medium\n'),
      'usr/lib/python3/dist-packages/requests-2.25.0.dist-info/METADATA': 'Name: requests\nVersion: 2.25.0\n',
    });
    expect(signs).not.toContain('info ownership-contradicted');
  });

  it('and of the same is not', async () => {
    expect((await seen(listed('2.25.0-r3'))).signs).toEqual([]);
  });
});
