import { isSystemType } from '../../ecosystems/index.ts';
import { apk, deb } from '../../ecosystems/system-types.ts';
import { counted } from '../../formats/grouped.ts';
import { isInstalled, type Sign } from '../../model.ts';
import { NAMED, type SeenPackage, type SignScene, sign } from './scene.ts';

/** What is needed in one version and no other: `libssl1.1 (= 1.1.1n-0+deb11u4)` of dpkg, `libssl3=3.1.2-r0` of apk. */
const EXACT: Readonly<Record<string, RegExp>> = {
  [deb.type]: /^([a-z0-9][a-z0-9+.-]{0,200})(?::\w{1,20})? \(= ([^\s()]{1,200})\)$/,
  [apk.type]: /^([A-Za-z0-9][\w+.-]{0,200})=([\w.+-]{1,200})$/,
};

/** A command that a package of apk's provides, in the package's own version. https://wiki.alpinelinux.org/wiki/APKBUILD_Reference#provides */
const COMMAND = /(?:^| )cmd:[^\s=]{1,200}=([\w.+-]{1,200})/g;

/** Versions in a package database that something else of the same package contradicts: somebody edited it. */
export function* edited({ read, listed }: SignScene): Generator<Sign> {
  const installed = listed.filter(({ fact }) => isSystemType(fact.type) && isInstalled(fact));
  const byName = new Map<string, SeenPackage[]>();
  for (const item of installed) {
    const key = `${item.fact.type} ${item.fact.name}`;
    byName.set(key, [...(byName.get(key) ?? []), item]);
  }
  const against = new Map<string, { readonly item: SeenPackage; readonly words: string }>();
  const add = (item: SeenPackage, because: string): void => {
    const { type, name, version } = item.fact;
    const key = `${type} ${name}`;
    if (!against.has(key)) against.set(key, { item, words: `${name} ${version} (${because})` });
  };
  for (const { fact } of read.facts) {
    const those = fact.kind === 'told' ? (byName.get(`${fact.type} ${fact.of}`) ?? []) : [];
    if (fact.kind !== 'told') continue;
    for (const item of those) {
      const { source, name, version } = item.fact;
      if ((source?.name ?? name) === fact.madeOf && (source?.version ?? version) !== fact.stated)
        add(item, `its changelog says ${fact.stated}`);
    }
  }
  for (const { fact } of installed)
    for (const need of fact.requires ?? []) {
      const [, name, version] = EXACT[fact.type]?.exec(need) ?? [];
      const those = name === undefined ? [] : (byName.get(`${fact.type} ${name}`) ?? []);
      if (those.length > 0 && those.every((other) => other.fact.version !== version))
        add(those[0]!, `${fact.name} ${fact.version} needs ${version}`);
    }
  for (const item of installed) {
    const provided = [...(item.fact.properties?.provides ?? '').matchAll(COMMAND)].map(([, version]) => version);
    const other = item.fact.type === apk.type ? provided.find((version) => version !== item.fact.version) : undefined;
    if (other !== undefined) add(item, `its commands are of ${other}`);
  }
  if (against.size === 0) return;
  const all = [...against.values()];
  const named = all.slice(0, NAMED).map(({ words }) => words);
  yield sign(
    'versions-contradicted',
    'warning',
    `the package database says another version of ${counted(all.length, 'package')} than what belongs to ${all.length === 1 ? 'it' : 'them'}: ${named.join(', ')}: judged by what the database says`,
    [...new Set(all.map(({ item }) => item.path))],
  );
}

/** Files that prove a package, and beside each in the same layer the mark that deletes it: programs disagree on whether they are there. */
export function* whiteouts({ read }: SignScene): Generator<Sign> {
  const hits = new Set<string>();
  for (const { entries, facts } of read.indexes) {
    let last: string | undefined;
    for (const { path } of facts) {
      if (path === last || path === '') continue;
      last = path;
      const slash = path.lastIndexOf('/') + 1;
      if (entries.find(`${path.slice(0, slash)}.wh.${path.slice(slash)}`) >= 0) hits.add(path);
    }
  }
  if (hits.size > 0)
    yield sign(
      'whiteout-ambiguous',
      'warning',
      `${counted(hits.size, 'file')} that ${hits.size === 1 ? 'proves' : 'prove'} a package ${hits.size === 1 ? 'lies' : 'lie'} in a layer beside the mark that deletes ${hits.size === 1 ? 'it' : 'them'}, which no builder writes and programs take in different ways: judged as there`,
      [...hits],
    );
}
