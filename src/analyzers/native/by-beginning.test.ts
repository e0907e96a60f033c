import { expect, it } from 'vitest';
import { byBeginning } from './by-beginning.ts';
import { FOLDERS, PARTS } from './system-parts.ts';

/** As they stand in the tables. */
const EXPRESSIONS = [
  /^libc(?:\.so\.6|-2\.\d{2}\.so)$/,
  /^(?:ls|cat|cp|coreutils)$/,
  /^lib(?:n?curses|tinfo)w?\.so\.[\d.]+$/,
  /^libdb-5\.3\.so$/,
  /^(?:systemctl|systemd|libsystemd-shared-[\w.+~-]{1,40}\.so)$/,
  /^(?:ld-musl-[\w]+\.so\.1|libc\.so)$/,
  /^gzip?$/,
  /^lib(?:ssl|crypto)\.so\.(1\.1|3)$/,
  /^(?:python3\.(\d+))$/,
  /^lib(?:xy|ab)?z$/,
  /^a[bc]?|bc$/,
  /./,
];
const NAMES = (
  'libc.so.6 libc-2.31.so libc.so libcrypt.so.1 ls cat coreutils lsblk libncursesw.so.6.2 libtinfo.so.6 libdb-5.3.so libdb-5x3.so systemctl ' +
  'libsystemd-shared-252.so ld-musl-x86_64.so.1 gzip gzi gz abc bc b x libssl.so.3 libcrypto.so.1.1 python3.11 python3 libz libxyz'
).split(' ');

it('gives every expression that a name matches, in the order of the rows', () => {
  const named = byBeginning(EXPRESSIONS.map((expression, at) => [expression, at] as const));
  for (const name of NAMES) {
    const matching = EXPRESSIONS.flatMap((expression, at) => (expression.test(name) ? at : []));
    expect(named(name).flatMap(([expression, at]) => (expression.test(name) ? at : []))).toEqual(matching);
  }
});

it('asks of a name no expression that begins otherwise', () => {
  const named = byBeginning(EXPRESSIONS.slice(0, -2).map((expression, at) => [expression, at] as const));
  expect(named('libfoo.so.1').map(([, at]) => at)).toEqual([2, 9]);
  expect(named('libcap.so.2').map(([, at]) => at)).toEqual([2, 9]);
  expect(named('perl')).toEqual([]);
  expect(named('bash')).toEqual([]);
  expect(named('')).toEqual([]);
});

it('knows the files of every part by their names', () => {
  const all = Object.values(PARTS).flatMap((parts) =>
    Object.values(parts).flatMap((part) => part?.packages.map(([name, files]) => [files, name] as const) ?? []),
  );
  const named = byBeginning(all, FOLDERS);
  // Where a path can be written by an expression alone: without what may vary.
  const paths = all.flatMap(([{ source }]) => {
    const name = source
      .replace(FOLDERS.find((folder) => source.startsWith(folder))!, '')
      .replace(/^\(\?:(.*)\)\$$/, '$1');
    return name.split(/[|$]/).flatMap((part) => {
      const plain = part.replace(/\[[^\]]*\][*+]?/g, '').replaceAll('\\.', '.');
      return /^[\w.-]+$/.test(plain) ? [`usr/bin/${plain}`, `usr/lib/${plain}`] : [];
    });
  });
  expect(paths.length).toBeGreaterThan(100);
  for (const path of paths) {
    const matching = all.filter(([files]) => files.test(path));
    expect(named(path.slice(path.lastIndexOf('/') + 1)).filter(([files]) => files.test(path))).toEqual(matching);
  }
});
