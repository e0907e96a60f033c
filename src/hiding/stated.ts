import type { PackageFact } from '../analyzers/analyzer.ts';
import { type Part, packageAt, partOf } from '../analyzers/native/index.ts';
import { typeNamed } from '../ecosystems/index.ts';
import { sourceOf } from '../ecosystems/source-package.ts';
import { apk, deb } from '../ecosystems/system-types.ts';
import { before } from '../formats/ends.ts';
import { fileNameOf } from '../formats/paths.ts';
import type { ReadImage, VisibleFact } from '../layers/read-image.ts';
import { isOneRelease } from '../versions/releases.ts';
import { type Against, listingKey, sourceVersion } from './lower-lists.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/** What programs and libraries say against the packages that list them. */
interface Stated {
  /** Packages of another version, or of another source, than their own programs say. */
  readonly against: readonly Against[];
  /** Packages that list another project's programs, which no distribution files under such names: what they are by what those say. */
  readonly disguised: readonly { readonly item: PackageItem; readonly words: string; readonly as: PackageItem }[];
}

/** Where advisories are found by the name of the source; others are by that of the package itself. */
const BY_SOURCE: ReadonlySet<string> = new Set([deb.type, apk.type]);

/** Holds the packages of the system to what the programs and libraries in their lists say of themselves. */
export function statedByPrograms(
  { facts, owners }: Pick<ReadImage, 'facts' | 'owners'>,
  installed: readonly PackageItem[],
): Stated {
  const byName = new Map(installed.map((item) => [listingKey(item.fact), item]));
  const against: Against[] = [];
  const disguised = new Map<string, Stated['disguised'][number]>();
  for (const { path, layer, analyzer, fact } of facts) {
    if (fact.kind !== 'states') continue;
    const owner = owners.get(path);
    const part = owner && partOf(fact.project, owner.type, path);
    const item = owner && byName.get(listingKey(owner));
    // A file that a later layer brought is not the package's any more.
    if (part === undefined || item === undefined || layer > item.layer) continue;
    const says = `its ${fileNameOf(path)} says ${fact.project} ${fact.stated}`;
    const { name, source } = item.fact;
    const isNamed = part.named.test(name);
    if (!isNamed && !isLike(sourceOf(item.fact).name, part, fact.project) && !isLike(name, part, fact.project)) {
      const as = packageAt(part, path);
      if (as === undefined || disguised.has(as)) continue;
      const listed = byName.get(`${item.fact.type} ${as}`);
      if (listed !== undefined) {
        // Nothing is doubled: what is listed under its own name is judged as that, if it is that.
        const told = toldVersion(listed.fact, fact.stated);
        if (told !== undefined)
          against.push(
            statedVersion(listed, part, told, `${fileNameOf(path)}, which ${name} lists, says ${fact.stated}`),
          );
        continue;
      }
      disguised.set(as, {
        item,
        words: `${name} ${item.fact.version} (${says})`,
        as: { path, layer, analyzer, fact: undisguised(item.fact, as, part, fact.stated) },
      });
      continue;
    }
    const isOfOther =
      BY_SOURCE.has(item.fact.type) && source !== undefined && isNamed && !isLike(source.name, part, fact.project);
    const told = toldVersion(item.fact, fact.stated);
    if (!isOfOther && told === undefined) continue;
    against.push(statedVersion(item, part, told ?? item.fact.version, says));
  }
  return { against, disguised: [...disguised.values()] };
}

const statedVersion = (item: PackageItem, { source }: Part, version: string, because: string): Against => ({
  item,
  because,
  proven: { version, source: { name: source, version } },
  by: 'code',
});

/** Who goes back to an older release keeps a version that is greater: `5.6.1+really5.4.5-1`. https://www.debian.org/doc/debian-policy/ch-controlfields.html#version */
const REALLY = /^.*[+~.]really(?=\d)/;

/**
 * The version that the program tells, as the distribution would write it, where that is older than the listed one. A revision counts where it can be this
 * distribution's: glibc's and systemd's texts have Debian's.
 */
function toldVersion(fact: PackageFact, stated: string): string | undefined {
  const listed = BY_SOURCE.has(fact.type) ? sourceVersion(fact) : fact.version;
  const isWhole = stated.includes('-') && fact.type === deb.type;
  const said = isWhole ? stated : before(stated, '-');
  const epoch = /^\d+:/.exec(listed)?.[0] ?? '';
  const told = `${epoch}${said}`;
  if (isWhole ? told === listed.replace(/\+b\d+$/, '') : isOneRelease(listed.replace(REALLY, ''), said))
    return undefined;
  return typeNamed(fact.type).compare(told, listed) < 0 ? told : undefined;
}

function undisguised(fact: PackageFact, name: string, part: Part, stated: string): PackageFact {
  const said = fact.type === deb.type ? stated : before(stated, '-');
  const version = `${part.epoch}${said}`;
  return {
    type: fact.type,
    name,
    version,
    source: { name: part.source, version },
    certainty: 'name',
    recovered: 'code',
    properties: {
      ...(said.includes('-') ? {} : { revision: 'not told' }),
      contradictedBy: `${fact.name} ${fact.version}`,
    },
  };
}

/** How distributions and vendors call more of the same beside their own: `compat-openssl11`, `openssl-snapsafe-libs`, `python3.11-minimal`. */
function isLike(name: string, { source, named }: Part, project: string): boolean {
  if (named.test(name)) return true;
  const bare = (text: string): string =>
    text
      .toLowerCase()
      .replace(/^(?:compat-)?(?:lib)?/, '')
      .replace(/[\d.{}]{1,20}$/, '');
  return [project, source].some((word) => {
    const stem = bare(word);
    const other = name.toLowerCase().replace(/^(?:compat-)?(?:lib(?:32|64|x32)?)?-?/, '');
    return stem !== '' && other.startsWith(stem) && !/^[a-z]/.test(other.slice(stem.length));
  });
}
