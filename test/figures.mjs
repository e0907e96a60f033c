/**
 * The figures of docs/decisions.md: `node test/figures.mjs [COMMIT]`, of the files as they are or as a commit had them.
 * Counted are src/ without tests and fixtures; what stands twice, in tests too. `--rooms`: lines by room; `--where`: what stands twice, and where.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const commit = process.argv.slice(2).find((word) => !word.startsWith('--'));
const git = (...args) => execFileSync('git', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
const paths = (commit === undefined ? git('ls-files') : git('ls-tree', '-r', '--name-only', commit))
  .split('\n')
  .filter((path) => /^(?:src|test)\/.*\.ts$/.test(path) && !path.includes('/fixtures/'));
const texts = new Map(
  commit === undefined
    ? paths.map((path) => [path, readFileSync(path, 'utf8')])
    : paths.map((path) => [path, git('show', `${commit}:${path}`)]),
);
const isTest = (path) => path.startsWith('test/') || path.endsWith('.test.ts');
const linesOf = (text) => text.replace(/\n$/, '').split('\n');
const sizes = paths
  .filter((path) => !isTest(path))
  .map((path) => linesOf(texts.get(path)).length)
  .sort((a, b) => a - b);
const quantile = (part) => sizes[Math.min(sizes.length - 1, Math.floor(part * sizes.length))];

/** Names that files of src/ export, each with the files. */
const exporters = new Map();
for (const path of paths.filter((path) => !isTest(path)))
  for (const [, name] of texts
    .get(path)
    .matchAll(/^export (?:async )?(?:function\*?|const|class|interface|type) (\w+)/gm))
    exporters.set(name, [...(exporters.get(name) ?? []), path]);
const words = new Map(paths.map((path) => [path, new Set(texts.get(path).match(/\w+/g))]));
const unused = [...exporters].filter(
  ([name, [owner]]) => !paths.some((path) => path !== owner && words.get(path).has(name)),
);

/** Six lines or more that stand word for word in two places: where such a run begins. */
const WINDOW = 6;
const seen = new Map();
const runs = new Set();
const inSource = new Set();
for (const [path, text] of texts) {
  const lines = linesOf(text.replace(/^(?:import|export)[^;]*? from '[^']*';$/gm, ''))
    .map((line) => line.trim())
    .filter((line) => line !== '');
  for (let at = 0; at + WINDOW <= lines.length; at++) {
    const key = lines.slice(at, at + WINDOW).join('\n');
    const before = seen.get(key);
    if (before === undefined) seen.set(key, { path, at });
    else if (before.path !== path || at - before.at >= WINDOW) {
      // Windows of one run lie equally far apart.
      const run = `${before.path} ${path} ${at - before.at}`;
      runs.add(run);
      if (!isTest(path) && !isTest(before.path)) inSource.add(run);
    }
  }
}

/** `src/model/package.ts` and `src/model.ts` are both of the room `model`. */
const roomOf = (path) => path.split('/')[1].replace(/\.ts$/, '');
if (process.argv.includes('--rooms')) {
  const rooms = new Map();
  for (const path of paths.filter((path) => !isTest(path)))
    rooms.set(roomOf(path), (rooms.get(roomOf(path)) ?? 0) + linesOf(texts.get(path)).length);
  console.log(
    [...rooms]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map((room) => room.join(' '))
      .join('\n'),
  );
}

console.log(`files, lines: ${sizes.length}, ${sizes.reduce((sum, size) => sum + size, 0)}`);
console.log(`lines of a file, median and 95th percentile: ${quantile(0.5)}, ${quantile(0.95)}`);
console.log(`files above 300 lines: ${sizes.filter((size) => size > 300).length}`);
console.log(`exports whose name stands in no other file: ${unused.length}`);
console.log(
  `names that two files export: ${[...exporters.values()].filter((files) => new Set(files).size > 1).length}`,
);
console.log(
  `six lines that stand twice: ${runs.size} pairs in ${paths.length} files, ${inSource.size} of them in src/ alone`,
);
console.log(`test files: ${paths.filter((path) => path.endsWith('.test.ts')).length}`);
if (process.argv.includes('--where'))
  console.log([...unused.map(([name, [path]]) => `${name} ${path}`), ...inSource].join('\n'));
