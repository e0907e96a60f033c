/**
 * How many lines of the program run for a command, here and in another build: `node test/lines-that-run.mjs OTHER COMMAND...`.
 * OTHER is a folder with a dist/ (a checkout of another commit, built); each further word is a command as one text: 'scan a.tar --no-cache'. Each
 * build has its own database: PLIMSOLL_HOME and OTHER_HOME. Counted is the compiled program without its libraries, by V8's coverage
 * (NODE_V8_COVERAGE): a line runs when something on it does that is no comment. Code out of V8's code cache is not counted by it, so that each build is
 * run as a copy without one. Not a judgement: what a command answers may be more than it was then.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [other, ...commands] = process.argv.slice(2);
if (other === undefined || commands.length === 0) throw new Error('name the folder of the other build, and commands');
/** A build's program without its code cache, beside it, where it has its libraries. */
function uncached(root) {
  const copy = mkdtempSync(join(root, 'lines-that-run-'));
  process.on('exit', () => rmSync(copy, { recursive: true }));
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true, filter: (path) => !path.endsWith('.cache') });
  for (const name of ['schemas', 'templates'])
    if (existsSync(join(root, name))) cpSync(join(root, name), join(copy, name), { recursive: true });
  copyFileSync(join(root, 'package.json'), join(copy, 'package.json'));
  return copy;
}

const builds = [
  { root: resolve(other), home: process.env.OTHER_HOME ?? process.env.PLIMSOLL_HOME },
  { root: join(dirname(fileURLToPath(import.meta.url)), '..'), home: process.env.PLIMSOLL_HOME },
].map(({ root, home }) => ({ root: uncached(root), home }));

/** Every line of the program that ran, by file; into `seen`, so that several commands count together. */
function run({ root, home }, command, seen) {
  const folder = mkdtempSync(join(tmpdir(), 'lines-that-run-'));
  try {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'dist', 'cli.cjs'), ...command.split(' ')], {
      env: { ...process.env, NODE_V8_COVERAGE: folder, ...(home && { PLIMSOLL_HOME: home }) },
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // 1 is a gate that is shut.
    if (status === null || status > 1) throw new Error(`${root}: ${command}: ${stderr.slice(-300)}`);
    for (const name of readdirSync(folder))
      for (const { url, functions } of JSON.parse(readFileSync(join(folder, name), 'utf8')).result) {
        const path = url.startsWith('file:') ? fileURLToPath(url) : url;
        if (!path.startsWith(join(root, 'dist')) || !existsSync(path)) continue;
        addLines(readFileSync(path, 'utf8'), functions, path, seen);
      }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function addLines(text, functions, path, seen) {
  const runs = new Uint8Array(text.length);
  // Of ranges within each other the innermost counts: they come outer first, functions too.
  for (const { ranges } of functions)
    for (const { startOffset, endOffset, count } of ranges) runs.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  let at = 0;
  let inComment = false;
  let room = '(the bundler)';
  for (const [number, line] of text.split('\n').entries()) {
    const words = line.trim();
    // The bundler writes above each file's code where it comes from.
    room = /^\/\/ src\/([\w-]+)/.exec(line)?.[1] ?? room;
    const isComment = inComment || words.startsWith('//') || words.startsWith('/*') || words.startsWith('*');
    if (words.startsWith('/*')) inComment = true;
    if (words.includes('*/')) inComment = false;
    const first = at + line.length - line.trimStart().length;
    if (words !== '' && !isComment && runs.subarray(first, first + words.length).includes(1))
      seen.add(`${room} ${path}:${number}`);
    at += line.length + 1;
  }
}

const all = builds.map(() => new Set());
for (const command of commands) {
  const lines = builds.map((build, side) => {
    const seen = new Set();
    run(build, command, seen);
    for (const line of seen) all[side].add(line);
    return seen.size;
  });
  console.log(`${command}: ${lines.join(' to ')} lines`);
}
console.log(`all of them together: ${all.map(({ size }) => size).join(' to ')} lines; by room:`);
const rooms = all.map((lines) => {
  const counts = new Map();
  for (const line of lines) counts.set(line.split(' ')[0], (counts.get(line.split(' ')[0]) ?? 0) + 1);
  return counts;
});
for (const room of [...new Set(rooms.flatMap((counts) => [...counts.keys()]))].sort())
  console.log(`  ${room}: ${rooms.map((counts) => counts.get(room) ?? 0).join(' to ')}`);
