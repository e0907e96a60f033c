/**
 * node test/mutation.mjs [--seed 1] [--count 8] [--log FILE] PATH...: whether a test sees it when a line is wrong. In each file of the sources under
 * the paths a few small faults are made (test/faults-in.mjs), as many as --count, chosen by the seed, one at a time, in a copy of the sources. First
 * the file's own tests run: the one beside it, or those that import it, or the nearest; then, if these stay green, more of those that reach it. What no test sees is
 * told with its line: either a test is missing, or the code that is wrong there is needed by nobody, or the fault is none. With
 * --own only the file's own tests run; with --again FILE, a log of such a run, only what they did not see is tried, with the others. It ends with 0 whatever it finds: which of the faults are none only a reader can say.
 */
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { faultsIn } from './faults-in.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const COPIED = [
  'src',
  'test',
  'schemas',
  'templates',
  'examples',
  'docs',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
];
/** Of the tests that reach a file, so many are run: its own, and then those that are nearest. */
const OWN_TESTS = 4;
const FURTHER_TESTS = 12;
/** A fault that makes a loop endless is seen: what takes so much longer than without it is stopped. */
const PATIENCE_MS = 30_000;
const PATIENCE = 6;
const NOT_SEEN = 'NOT SEEN | ';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '8' },
    log: { type: 'string' },
    own: { type: 'boolean', default: false },
    again: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    runner: { type: 'string' },
  },
});
/** What a log says that nobody saw, in its words. */
const unseen =
  values.again === undefined
    ? undefined
    : new Set(
        readFileSync(values.again, 'utf8')
          .split('\n')
          .filter((line) => line.startsWith(NOT_SEEN))
          .map((line) => line.slice(NOT_SEEN.length)),
      );
if (values.runner !== undefined) await run(values.runner);
else {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
  await measure();
}

/** The side that has the tests loaded: it is sent lists of tests, and answers which of them failed. */
async function run(copy) {
  const { createVitest } = await import('vitest/node');
  const vitest = await createVitest('test', {
    root: copy,
    watch: false,
    bail: 1,
    reporters: [{}],
    maxWorkers: 1,
    testTimeout: PATIENCE_MS,
  });
  process.on('message', async ({ changed, tests }) => {
    for (const path of changed) vitest.invalidateFile(join(copy, path));
    const specifications = await vitest.globTestSpecifications(tests.map((path) => join(copy, path)));
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
    const failed = testModules.filter((module) => !module.ok()).map(({ moduleId }) => relative(copy, moduleId));
    process.send({
      ran: testModules.length,
      failed: failed.length > 0 || unhandledErrors.length === 0 ? failed : ['?'],
    });
  });
  // Whoever asks is gone.
  process.on('disconnect', () => process.exit());
  process.send({ ready: true });
}

/** Makes the faults, and tells what became of each. */
async function measure() {
  const files = positionals.flatMap(sourcesUnder);
  if (files.length === 0) throw new Error('name files or folders of src');
  const nearness = testsByNearness();
  const made = files.flatMap((file) => chosen(file).map((fault) => ({ file, fault })));
  console.log(`${made.length} faults in ${files.length} files, seed ${values.seed}`);
  const tally = new Map();
  const left = Map.groupBy ? Map.groupBy(made, ({ file }) => file) : byFile(made);
  const queue = [...left.entries()];
  const job = async (number) => {
    const bench = await openBench(number);
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [file, faults] = next;
        const tests = testsOf(file, nearness);
        const sound = await bench.sound(tests);
        for (const { fault } of faults) tell(file, fault, await bench.fate(file, fault, sound), tally);
      }
    } finally {
      bench.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(Number(values.jobs), queue.length) }, (_, number) => job(number)));
  for (const [room, fates] of [...tally].sort())
    console.log(
      `${room} | ${[...fates]
        .sort()
        .map(([fate, times]) => `${fate} ${times}`)
        .join(', ')}`,
    );
}

function byFile(made) {
  const files = new Map();
  for (const entry of made) files.set(entry.file, [...(files.get(entry.file) ?? []), entry]);
  return files;
}

/** One line for each fault that no test of the file's own saw. */
function tell(file, fault, fate, tally) {
  const room = file.split('/')[1];
  const fates = tally.get(room) ?? new Map();
  fates.set(fate, (fates.get(fate) ?? 0) + 1);
  tally.set(room, fates);
  const told = `${fate} | ${inWords(file, fault)}`;
  if (fate !== 'seen') console.log(told);
  if (values.log !== undefined) appendFileSync(values.log, `${told}\n`);
}

function inWords(file, { kind, line, from, text }) {
  const short = (code) => JSON.stringify(code.length > 100 ? `${code.slice(0, 100)}…` : code);
  return `${file}:${line} | ${kind}: ${short(from)} -> ${short(text)}`;
}

/** Files of the sources with something that can be wrong. */
function sourcesUnder(path) {
  const full = resolve(root, path);
  const files = statSync(full).isDirectory()
    ? readdirSync(full, { recursive: true }).map((name) => join(full, name))
    : [full];
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => relative(root, file))
    .sort();
}

/** The faults of a file that are tried: of each kind about as many, so that the many constants do not take the place of all. */
function chosen(file) {
  const code = readFileSync(join(root, file), 'utf8');
  const all = faultsIn(code).map((fault) => ({
    ...fault,
    line: code.slice(0, fault.start).split('\n').length,
    from: code.slice(fault.start, fault.end),
  }));
  if (unseen !== undefined) return all.filter((fault) => unseen.has(inWords(file, fault)));
  const kinds = new Map();
  for (const fault of all) kinds.set(fault.kind, [...(kinds.get(fault.kind) ?? []), fault]);
  const random = randomOf(`${values.seed} ${file}`);
  const take = (list) => list.splice(Math.floor(random() * list.length), 1)[0];
  const faults = [];
  for (let turn = [...kinds.values()]; turn.length > 0 && faults.length < Number(values.count); ) {
    const kind = turn[Math.floor(random() * turn.length)];
    faults.push(take(kind));
    turn = turn.filter((list) => list.length > 0);
  }
  return faults;
}

/** Numbers from 0 to 1 that are the same for the same text: FNV-1a, then Mulberry32. */
function randomOf(text) {
  let state = 0x811c9dc5;
  for (const character of text) state = Math.imul(state ^ character.codePointAt(0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Who imports a file: by the file, what imports it for more than types. */
function testsByNearness() {
  const importers = new Map();
  for (const top of ['src', 'test'])
    for (const name of readdirSync(join(root, top), { recursive: true })) {
      const file = posix.join(top, name);
      if (!file.endsWith('.ts') || file.startsWith('test/e2e/')) continue;
      const code = readFileSync(join(root, file), 'utf8');
      for (const [, types, path] of code.matchAll(/^(?:import|export)\s(type\s)?[^;]*?from '(\.[^']+)';/gm)) {
        if (types !== undefined) continue;
        const imported = posix.join(dirname(file), path);
        importers.set(imported, [...(importers.get(imported) ?? []), file]);
      }
    }
  return importers;
}

/** The tests of a file's own, and further ones: those of its room first, then the nearest, and small ones first among the equally near. */
function testsOf(file, importers) {
  const near = [];
  const met = new Set([file]);
  for (let [ring, distance] = [[file], 0]; ring.length > 0; distance += 1) {
    ring = ring.flatMap((path) => importers.get(path) ?? []).filter((path) => !met.has(path) && met.add(path));
    for (const path of ring.filter((path) => path.endsWith('.test.ts')))
      near.push({ path, distance, bytes: statSync(join(root, path)).size, isFar: dirname(path) !== dirname(file) });
  }
  const paths = near
    .sort((a, b) => a.isFar - b.isFar || a.distance - b.distance || a.bytes - b.bytes)
    .map(({ path }) => path);
  const beside = file.replace(/\.ts$/, '.test.ts');
  const direct = paths.filter((path) => importers.get(file)?.includes(path));
  const own = paths.includes(beside) ? [beside] : (direct.length > 0 ? direct : paths).slice(0, OWN_TESTS);
  return { own, further: paths.filter((path) => !own.includes(path)).slice(0, FURTHER_TESTS) };
}

/** A copy of the sources in which faults are made, and a process that runs tests there. */
async function openBench() {
  const copy = mkdtempSync(join(tmpdir(), 'mutation-'));
  for (const part of COPIED) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  mkdirSync(join(copy, 'tmp'));
  let changed = [];
  let runner;
  const stop = () => {
    if (runner === undefined) return;
    // With the workers that hang.
    process.kill(-runner.pid, 'SIGKILL');
    runner = undefined;
  };
  const close = () => {
    stop();
    rmSync(copy, { recursive: true, force: true, maxRetries: 20 });
  };
  process.on('exit', close);
  /** What the process says next; undefined when it says nothing for so long. Whoever was asked before is not listened to any more. */
  const answer = (milliseconds) =>
    new Promise((done, failed) => {
      const asked = runner;
      const settled = (settle) => (given) => {
        clearTimeout(late);
        asked.removeAllListeners();
        settle(given);
      };
      const late = setTimeout(
        settled(() => done(undefined)),
        milliseconds,
      );
      asked.once('message', settled(done));
      asked.once(
        'exit',
        settled(() => failed(new Error('the process that runs tests ended'))),
      );
    });
  const start = async () => {
    runner = spawn(process.execPath, [fileURLToPath(import.meta.url), '--runner', copy], {
      cwd: copy,
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, TMPDIR: join(copy, 'tmp'), PROPERTY_SEED: values.seed, NO_COLOR: '1' },
    });
    if ((await answer(10 * PATIENCE_MS)) === undefined) throw new Error('tests cannot be started');
  };
  /** Which of these tests fail; undefined when they came to no end. */
  const failing = async (tests, milliseconds) => {
    if (tests.length === 0) return [];
    if (runner === undefined) await start();
    runner.send({ changed, tests });
    changed = [];
    const told = await answer(milliseconds).catch(() => undefined);
    if (told === undefined) stop();
    else if (told.ran === 0) throw new Error(`no tests ran of ${tests.join(', ')}`);
    return told?.failed;
  };
  const timed = async (tests) => {
    const begin = Date.now();
    const broken = await failing(tests, 20 * PATIENCE_MS);
    const sound = tests.filter((path) => broken !== undefined && !broken.includes(path));
    if (sound.length < tests.length)
      console.log(`fail without a fault: ${tests.filter((path) => !sound.includes(path)).join(', ')}`);
    return { sound, milliseconds: Date.now() - begin };
  };
  let further;
  return {
    close,
    /** Those of a file's tests that are green without a fault, and how long they take; the further ones when they are needed. */
    async sound({ own, further: others }) {
      const { sound, milliseconds } = await timed(unseen === undefined ? own : []);
      further = undefined;
      return { own: sound, milliseconds, further: async () => (further ??= await timed(others)) };
    },
    /** Whether a fault is seen, by a test of the file's own or by another. */
    async fate(file, { start: from, end, text }, { own, milliseconds, further }) {
      const path = join(copy, file);
      const code = readFileSync(path, 'utf8');
      const attempt = async (tests, usual) => {
        writeFileSync(path, code.slice(0, from) + text + code.slice(end));
        changed.push(file);
        const failed = await failing(tests, PATIENCE * usual + PATIENCE_MS);
        writeFileSync(path, code);
        changed.push(file);
        return failed === undefined || failed.length > 0;
      };
      if (unseen === undefined && (await attempt(own, milliseconds))) return 'seen';
      if (values.own) return 'NOT SEEN';
      const others = await further();
      return (await attempt(others.sound, others.milliseconds)) ? 'seen by others' : 'NOT SEEN';
    },
  };
}
