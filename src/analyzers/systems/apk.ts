import { analyzer, type Fact, unknown } from '../analyzer.ts';
import { properties, withValues } from '../fact-values.ts';
import { ownedPaths } from './owned-paths.ts';

/**
 * Installed Alpine and Wolfi packages: paragraphs of `X:value` lines, with the files of each behind its description.
 * https://wiki.alpinelinux.org/wiki/Apk_spec#Installed_Database_V2
 */
export const apkInstalled = analyzer({
  name: 'apk',
  version: 3,
  files: ['lib/apk/db/installed', 'usr/lib/apk/db/installed', '**/lib/apk/db/installed'],
  maxBytes: 64 * 1024 * 1024,
  *read(file) {
    // What a system in a folder owns is listed from its own root.
    const isRoot = /^(?:usr\/)?lib\//.test(file.path);
    let fields = new Map<string, string>();
    let folder = '';
    let paths: [string, string][] = [];
    const text = file.text();
    for (let at = 0; at <= text.length; ) {
      const newline = text.indexOf('\n', at);
      const line = text.slice(at, newline < 0 ? text.length : newline).replace(/\r$/, '');
      at = newline < 0 ? text.length + 1 : newline + 1;
      if (line === '') {
        yield* packageFacts(fields, isRoot ? paths : []);
        fields = new Map();
        paths = [];
        folder = '';
        continue;
      }
      const key = line[1] === ':' ? line[0]! : '';
      const value = line.slice(2);
      if (key === 'F') folder = value;
      else if (key === 'R') paths.push([folder, value]);
      else if (key !== '' && !fields.has(key)) fields.set(key, value);
    }
    yield* packageFacts(fields, isRoot ? paths : []);
  },
});

function* packageFacts(fields: ReadonlyMap<string, string>, paths: readonly [string, string][]): Generator<Fact> {
  if (fields.size === 0) return;
  const name = fields.get('P');
  const version = fields.get('V');
  if (!name || !version) return yield unknown(name ? `package ${name} has no version` : 'a paragraph without a name');
  const licence = fields.get('L');
  yield withValues({
    type: 'apk',
    name,
    version,
    architecture: fields.get('A'),
    source: { name: fields.get('o') ?? name, version },
    maintainer: fields.get('m'),
    licenses: licence ? [licence] : undefined,
    requires: requirements(fields.get('D')),
    properties: properties({ commit: fields.get('c'), provides: fields.get('p'), sha1: identityOf(fields.get('C')) }),
  });
  const owned = ownedPaths('apk', name, paths);
  if (owned !== undefined) yield owned;
}

/** `so:libc.musl-x86_64.so.1 musl>=1.2 !conflict`: what it conflicts with is no need. */
function requirements(field: string | undefined): string[] | undefined {
  const words = (field ?? '').split(' ').filter((item) => item !== '' && !item.startsWith('!'));
  return words.length === 0 ? undefined : words;
}

/** `Q1` and SHA-1 in base64: the checksum of the control part, by which apk knows a package. https://wiki.alpinelinux.org/wiki/Apk_spec */
function identityOf(field: string | undefined): string | undefined {
  const digest = field?.startsWith('Q1') ? Buffer.from(field.slice(2), 'base64') : undefined;
  return digest?.length === 20 ? digest.toString('hex') : undefined;
}
