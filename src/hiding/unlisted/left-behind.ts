import type { OwnershipSurvey } from '../../layers/ownership-survey.ts';
import type { ReadImage } from '../../layers/read-image.ts';

/** What is left of the packages of a system whose database is gone. */
export interface LeftBehind {
  /** Names of packages that have documentation, licences, or a list of their files, or that settings and questions name. */
  readonly names: ReadonlySet<string>;
  /** Whether every package has to have left something: Debian's policy wants a copyright file of each, also in images without other documents. */
  readonly isDocumented: boolean;
  /** Programs and libraries in the folders of the system. */
  readonly files: readonly string[];
}

const NAMED = /^usr\/share\/(doc|licenses)\/([^/]+)(?:\/|$)/;
const OF_SYSTEM = /^(?:usr\/)?(?:s?bin|lib(?:64)?(?:\/[\w-]{1,40}-linux-\w{1,20})?)\/[^/]+$/;
/** Fewer of them are somebody's own. https://www.debian.org/doc/debian-policy/ch-docs.html#copyright-information */
const COPYRIGHTS = 20;

/** One walk over the files: what packages leave beside the database that lists them. */
export function leftBehind({ files, facts }: Pick<ReadImage, 'files' | 'facts'>, survey: OwnershipSurvey): LeftBehind {
  const documented = new Set<string>();
  const ofSystem: string[] = [];
  let copyrights = 0;
  for (const { path } of files.entries()) {
    const name = NAMED.exec(path)?.[2];
    // Before Fedora 20 folders of documentation bore the version as well.
    if (name !== undefined) documented.add(name.replace(/-\d[\w.]*$/, ''));
    if (path.startsWith('usr/share/doc/') && path.endsWith('/copyright')) copyrights += 1;
    if (OF_SYSTEM.test(path)) ofSystem.push(path);
  }
  const lists = survey.listings.filter(({ visible, present }) => visible && present > 0).map(({ name }) => name);
  const named = facts.flatMap(({ fact }) => (fact.kind === 'named' ? fact.names.split(' ') : []));
  return {
    names: new Set([...documented, ...lists, ...named]),
    isDocumented: copyrights >= COPYRIGHTS,
    files: ofSystem,
  };
}
