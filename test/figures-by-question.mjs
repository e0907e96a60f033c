/**
 * Lines that answer one question, before and after the rooms: `node test/figures-by-question.mjs`, for the table of docs/decisions.md. A place is a
 * file of src/, or declarations of it (`file.ts#name,name`), with their docstrings. `added` is what answers questions that nobody asked before, or that were
 * counted in no place. Fails where one is not there.
 */
import { execFileSync } from 'node:child_process';

/** Before the rooms; when all had been moved and merged; now. */
const COMMITS = ['37ea749', '658daef2', process.argv[2] ?? 'HEAD'];

const ROOM = 'ecosystems/';
const QUESTIONS = [
  {
    question: 'what does the database say of this package?',
    before: [
      'matching/retrieve.ts',
      'matching/match.ts#match,remembered',
      'compare/universe.ts#candidatesOf,concerns,releasesOf,StatementsById',
      'compare/claims.ts#databaseStatements',
      'compare/explain.ts#recordsOf',
      'compare/remembering-store.ts',
    ],
    merged: [
      'matching/retrieve.ts',
      'matching/match.ts#match',
      'matching/candidates.ts',
      'compare/candidate.ts#concerns',
    ],
    more: ['matching/by-statements.ts', 'matching/candidate-names.ts', 'compare/universe.ts#candidatesOf'],
    // Bulletins without a CVE, CVEs given up for others, one name for each vulnerability, streams of modules.
    added: [
      'matching/candidates.ts#withoutAnnouncements,isNameless,replacementIn',
      'matching/candidate-names.ts',
      'matching/retrieve.ts#withStream',
    ],
  },
  {
    question: 'which ids are one vulnerability?',
    before: ['advisories/aliases.ts', 'compare/alias-classes.ts', 'matching/classes.ts'],
    merged: ['advisories/alias-classes.ts', 'matching/by-vulnerability.ts'],
  },
  {
    question: 'is this the same rating?',
    before: ['advisories/records.ts#distinct', 'compare/candidate.ts#distinct', 'matching/match.ts#distinct'],
    merged: ['advisories/ratings/distinct.ts'],
  },
  {
    question: 'what is a type of packages called, grouped, ordered, fixed?',
    before: [
      ROOM,
      'scanners/names.ts#TYPES,purlType,isOsType',
      'scanners/ecr-rules.ts#LANGUAGES',
      'scanners/gcp-rules.ts#LANGUAGES',
      'scanners/snyk-rules.ts#LANGUAGES',
      'scanners/trivy-rules.ts#LANGUAGES',
      'report/package-kind.ts',
      'report/trivy.ts#FAMILIES',
      'remediate/advice.ts#SIGNS,TITLES',
      'remediate/commands.ts#osUpgrade,osRemoval',
      'compare/claims.ts#OS_PACKAGES',
      'advisories/feeds/distributions.ts',
      'advisories/feeds/end-of-life.ts#PRODUCTS',
      'coverage/end-of-life.ts#RELEASES,SAME_AS',
      'inventory/purl.ts',
      'scanners/names.ts#PurlParts,purlParts,purlName,decoded',
    ],
    merged: [ROOM, 'remediate/commands.ts#osUpgrade'],
    // Two worlds; images; versions of programs by NVD's order; what a name may be; the release that a package was built
    // for, its flavour, its signed source; purls in another version. Ranges and sources were asked elsewhere, and are not counted there.
    added: [
      ...['hackage', 'swift', 'oci', 'cpe-versions', 'names', 'range', 'source-package'].map(
        (name) => `${ROOM}${name}.ts`,
      ),
      `${ROOM}alpine.ts#BASE_LAYOUT,MUSL,traceOf`,
      `${ROOM}debian.ts#GLIBC,traceOf,suiteRelease,unsigned`,
      `${ROOM}ubuntu.ts#isFipsBuild,isEsmBuild,alsoFiled,BASE_FILES,GLIBC,traceOf,unsigned`,
      `${ROOM}rpm-distributions.ts#tracesOf,EL,minorReleases,oracleFlavour`,
      `${ROOM}index.ts#OF_VERSIONS,purlInVersion`,
    ],
  },
  {
    question: 'TOML, of what is read and edited',
    before: [
      'remediate/pyproject-file.ts',
      'analyzers/julia.ts',
      'analyzers/cargo-lock.ts',
      'analyzers/python-locks.ts#tomlPackages',
    ],
    merged: [
      'formats/text/toml.ts',
      'remediate/files/pyproject-file.ts',
      'analyzers/languages/julia.ts',
      'analyzers/languages/cargo-lock.ts',
      'analyzers/python/locks.ts#tomlPackages',
    ],
    // pixi's tables, what is taken from a URL or a repository, the digests of crates, and that a small document can take gigabytes.
    added: [
      'remediate/files/pyproject-file.ts#readPixiConda,condaTables,directInProject,PLACES',
      'analyzers/languages/cargo-lock.ts#digest',
      'formats/text/toml.ts#signsOf',
    ],
  },
  { question: 'XML', before: ['formats/xml.ts'], merged: ['formats/text/xml.ts'] },
  { question: 'unified diffs', before: ['remediate/unified-diff.ts'], merged: ['remediate/files/unified-diff.ts'] },
  {
    question: 'JSON in streams',
    before: ['formats/json-members.ts', 'formats/json-stream.ts', 'formats/json-tokens.ts'],
    merged: ['formats/text/json-raw.ts', 'formats/text/json-stream.ts', 'formats/text/json-tokens.ts'],
  },
];

const git = (...args) => execFileSync('git', args, { encoding: 'utf8', maxBuffer: 1 << 26 });
const linesOf = (text) => text.replace(/\n$/, '').split('\n');

/** The lines of a declaration at the top of a file: its docstring, and all up to the next line that begins something else. */
function declared(lines, name, where) {
  const head = new RegExp(`^(?:export )?(?:async )?(?:function\\*?|const|interface|type) ${name}\\b`);
  const at = lines.findIndex((line) => head.test(line));
  if (at < 0) throw new Error(`no ${name} in ${where}`);
  let from = at;
  while (from > 0 && /^(?:\/\*\*| \*)/.test(lines[from - 1])) from -= 1;
  let to = at + 1;
  while (to < lines.length && lines[to] !== '' && !/^(?:export|function|const|interface|type|\/\*\*)/.test(lines[to]))
    to += 1;
  // A blank line within: it goes on while lines are indented or close it.
  while (to < lines.length && /^\s|^[)}\]]/.test(lines[to + 1] ?? '')) {
    to += 1;
    while (to < lines.length && lines[to] !== '') to += 1;
  }
  return to - from;
}

function counted(commit, place) {
  const [path, names] = place.split('#');
  if (path.endsWith('/')) {
    const files = git('ls-tree', '-r', '--name-only', commit, `src/${path}`)
      .split('\n')
      .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|\/fixtures\//.test(file));
    return { files, lines: files.reduce((sum, file) => sum + linesOf(git('show', `${commit}:${file}`)).length, 0) };
  }
  const lines = linesOf(git('show', `${commit}:src/${path}`));
  if (names === undefined) return { files: [path], lines: lines.length };
  const wanted = names.split(',');
  return {
    files: [path],
    lines: wanted.reduce((sum, name) => sum + declared(lines, name, `${commit}:${path}`), 0),
  };
}

console.log(`| question | ${COMMITS.join(' | ')} |\n|---|---|---|---|`);
for (const { question, before, merged, more = [], added = [] } of QUESTIONS) {
  const cells = [before, merged, [...merged, ...more]].map((places, at) => {
    const parts = places.map((place) => counted(COMMITS[at], place));
    const files = new Set(parts.flatMap((part) => part.files)).size;
    const lines = parts.reduce((sum, part) => sum + part.lines, 0);
    const since = at < 2 ? 0 : added.reduce((sum, place) => sum + counted(COMMITS[at], place).lines, 0);
    return `${lines} in ${files} file${files === 1 ? '' : 's'}${since > 0 ? `, ${since} of them for what was not asked then` : ''}`;
  });
  console.log(`| ${question} | ${cells.join(' | ')} |`);
}
