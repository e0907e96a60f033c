import { folderOf } from '../../formats/paths.ts';

/** Where the classes of an archive lie, told one member at a time. */
export interface ClassFolders {
  add(member: string): void;
  /** Classes seen. */
  readonly count: number;
  /** Members that do more than name the archive or hold it together: classes, resources, other archives. */
  readonly bodies: number;
  /** The package that most of them share, `org.springframework.security`; undefined where there is none of two parts. */
  common(): string | undefined;
  /** How many classes lie in each folder, of the first folders. */
  readonly folders: ReadonlyMap<string, number>;
  /** Which part of the classes lies in a package or below it, 0 to 1. */
  shareOf(name: string): number;
}

/** Folders kept for one archive. */
const FOLDERS = 2_000;

/** Folders, the manifest with its signatures, licences and what Maven notes: in an archive of nothing else is no code and no resource. */
const NAMES_ONLY =
  /\/$|^META-INF\/(?:MANIFEST\.MF|INDEX\.LIST|(?:LICENSE|NOTICE|DEPENDENCIES)(?:\.\w{1,8})?|[^/]{1,200}\.(?:SF|RSA|DSA|EC)|maven\/.{0,1000})$/;

/** Collects the packages of an archive's classes. */
export function classFolders(): ClassFolders {
  const folders = new Map<string, number>();
  let count = 0;
  let bodies = 0;
  return {
    add(member) {
      if (!NAMES_ONLY.test(member)) bodies += 1;
      if (!member.endsWith('.class') || member.startsWith('META-INF/')) return;
      count += 1;
      const folder = folderOf(member);
      if (folders.size < FOLDERS || folders.has(folder)) folders.set(folder, (folders.get(folder) ?? 0) + 1);
    },
    get count() {
      return count;
    },
    get bodies() {
      return bodies;
    },
    folders,
    common: () => commonPackage(folders),
    shareOf(name) {
      const top = name.replaceAll('.', '/');
      let [within, all] = [0, 0];
      for (const [folder, number] of folders) {
        all += number;
        if (`${folder}/`.startsWith(`${top}/`)) within += number;
      }
      return all === 0 ? 0 : within / all;
    },
  };
}

function commonPackage(folders: ReadonlyMap<string, number>): string | undefined {
  const tops = new Map<string, number>();
  const topOf = (folder: string): string => folder.split('/', 2).join('/');
  for (const [folder, number] of folders) tops.set(topOf(folder), (tops.get(topOf(folder)) ?? 0) + number);
  const [top] = [...tops].filter(([name]) => name.includes('/')).sort((a, b) => b[1] - a[1])[0] ?? [];
  if (top === undefined) return undefined;
  let shared: string[] | undefined;
  for (const folder of folders.keys()) {
    if (topOf(folder) !== top) continue;
    const parts = folder.split('/');
    const before: string[] = shared ?? parts;
    const differs = before.findIndex((part, at) => parts[at] !== part);
    shared = differs < 0 ? before : before.slice(0, differs);
  }
  return shared?.join('.');
}

/** Parts that a group has at least and at most: `org.apache`, `org.springframework.security.oauth.boot`. */
const [FEWEST, MOST] = [2, 5];

/** Every beginning of a dotted name that may be a group, the longest first. */
export function groupsWithin(name: string): readonly string[] {
  const parts = name.split('.').slice(0, MOST);
  const groups: string[] = [];
  for (let count = parts.length; count >= FEWEST; count -= 1) groups.push(parts.slice(0, count).join('.'));
  return groups;
}
