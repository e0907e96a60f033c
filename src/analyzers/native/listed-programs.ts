import { isElf } from '../../formats/executables/index.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { analyzer } from '../analyzer.ts';
import { signatureScan } from './signature-scan.ts';
import { programsAt, SYSTEM_FOLDER, versionOf } from './system-programs.ts';

/** Files that are a project's own, by name: what else is linked into them says nothing of the package that lists them. */
const OWN: readonly (readonly [project: string, files: RegExp])[] = [
  ['openssl', /^(?:lib(?:crypto|ssl)\.so\.(?:1\.1|3)[.\w]*|openssl)$/],
  ['zlib', /^libz\.so\.1[.\d]*$/],
  ['expat', /^libexpat\.so\.1[.\d]*$/],
  ['curl', /^(?:libcurl\.so\.4[.\d]*|curl)$/],
  ['nghttp2', /^libnghttp2\.so\.14[.\d]*$/],
  ['sqlite', /^libsqlite3\.so\.[\d.]+$/],
  ['xz', /^liblzma\.so\.5[.\d]*$/],
  ['libxml2', /^libxml2\.so\.2[.\d]*$/],
  ['pcre2', /^libpcre2-8\.so\.0[.\d]*$/],
  ['pcre', /^libpcre\.so\.[13][.\d]*$/],
  ['krb5', /^libkrb5\.so\.3[.\d]*$/],
  ['python', /^python3\.\d{1,2}$/],
  ['perl', /^perl$/],
  ['git', /^git$/],
  ['openssh', /^sshd?$/],
  ['bash', /^bash$/],
  ['busybox', /^busybox$/],
  ['bzip2', /^libbz2\.so\.1[.\d]*$/],
  ['libarchive', /^libarchive\.so\.13[.\d]*$/],
  ['libpng', /^libpng16\.so\.16[.\d]*$/],
  ['libtiff', /^libtiff\.so\.\d[.\d]*$/],
  ['libssh2', /^libssh2\.so\.1[.\d]*$/],
  ['nginx', /^nginx$/],
];

const ownProjects = (path: string): readonly string[] =>
  OWN.flatMap(([project, files]) => (files.test(fileNameOf(path)) ? project : []));

/**
 * What the programs and libraries of an operating system say of themselves, where a package of it lists them: what a database was edited to say,
 * they contradict (`hiding/edited.ts`).
 */
export const listedPrograms = analyzer({
  name: 'listed-programs',
  version: 1,
  magic: (head, { path }) =>
    SYSTEM_FOLDER.test(path) && isElf(head) && (ownProjects(path).length > 0 || programsAt(path).length > 0),
  maxBytes: 16 * 1024 * 1024,
  ownedOnly: true,
  *read({ path, bytes }) {
    for (const project of ownProjects(path)) {
      const scan = signatureScan(path, project);
      scan.visit({ bytes, start: 0, from: 0, to: bytes.length });
      for (const sighting of scan.end()) yield { kind: 'states', project, stated: sighting.version };
    }
    const programs = programsAt(path);
    if (programs.length === 0) return;
    const text = bytes.toString('latin1');
    for (const program of programs) {
      const stated = versionOf(text, program);
      if (stated !== undefined) yield { kind: 'states', project: program.project, stated };
    }
  },
});
