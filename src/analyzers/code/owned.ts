import { before } from '../../formats/ends.ts';
import { LIMITS } from '../../limits.ts';
import { type AnalyzedFile, analyzer, type Fact } from '../analyzer.ts';

/**
 * The folders and files that a Python distribution brought, relative to the folder its metadata lies in, one a line: of a package the
 * folder, of a namespace that others share the folders in it. https://packaging.python.org/en/latest/specifications/recording-installed-packages/
 */
export const ownedCode = analyzer({
  name: 'code-owned',
  version: 1,
  onDemand: true,
  // Wheels' own reader has it in hand.
  effort: 'scans',
  files: ['**/*.dist-info/RECORD', '**/*.egg-info/installed-files.txt', '**/*.egg-info/top_level.txt'],
  maxBytes: LIMITS.recordBytes,
  *read(file): Iterable<Fact> {
    const text = file.path.endsWith('/RECORD') ? placesOf(listed(file)) : file.text();
    yield { kind: 'code', language: 'owned', text };
  },
});

/** Of each line the path, which is quoted where it holds a comma. */
const listed = (file: AnalyzedFile): string[] =>
  file
    .text()
    .split('\n')
    .map((line) => (line.startsWith('"') ? before(line.slice(1), '"') : before(line, ',')).trim())
    .filter((path) => path !== '');

function placesOf(paths: readonly string[]): string {
  const packages = new Set(paths.filter((path) => /^[^/]+\/__init__\./.test(path)).map((path) => before(path, '/')));
  const places = new Set<string>();
  for (const path of paths) {
    const parts = path.split('/');
    const [first = '', second = ''] = parts;
    if (/\.(?:dist|egg)-info$/.test(first)) continue;
    if (first === '..' || parts.length === 1) places.add(path);
    else if (packages.has(first) || /\.libs$/.test(first)) places.add(first);
    else places.add(`${first}/${second}`);
    if (places.size >= LIMITS.ownedPlaces) break;
  }
  return [...places].join('\n');
}
