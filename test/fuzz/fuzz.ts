/**
 * The fuzzer: `npm run fuzz -- [--seconds 120] [--seed 1] [--target name,name]`. Mutates honest inputs and looks for unexpected errors; and
 * searches for inputs whose work grows faster than they do, by repeating parts of them and counting steps at three sizes. In one process,
 * the same finds for the same seed, found cases first (test/fuzz/corpus). Ends with 1 when something was found.
 *
 * `-- --growth`: every part of every honest input of every reader, repeated to each of three larger sizes; in order, so that nothing
 * is left to chance.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlimsollError } from '../../src/errors.ts';
import { randomNumbers } from '../random-numbers.ts';
import { countSteps, type StepCounter } from './steps.ts';
import { TARGETS, type Target } from './targets.ts';

/** Sizes at which growth is measured, in bytes. */
const SIZES = [1_024, 4_096, 16_384] as const;
/** Steps for four times the size: 4 is linear, 16 quadratic. Below `FEW` nothing is worth telling. */
const STEEP = 9;
const FEW = 400_000;
/** Milliseconds for a small input, whatever its steps: regular expressions and built-in functions take none. */
const LONG_MS = 4_000;

interface Find {
  readonly target: string;
  readonly why: string;
  readonly input: Buffer;
}

const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};

const WORDS = [
  '\\',
  '"',
  "'",
  '${a:-',
  '{"a":',
  '[',
  '<a ',
  '((',
  '\n',
  '\r\n',
  ' ',
  '\t',
  '\0',
  '\u00ff',
  '%',
  '#',
  '-',
  '==',
  '~',
  '*',
  '/',
  '../',
  '&amp;',
  'A'.repeat(64),
  '1'.repeat(40),
  '.',
  ',',
  ';',
  ':',
  '|',
  '!',
  '@',
  '\u202e',
];

function mutated(seed: Buffer, other: Buffer, next: (below: number) => number): Buffer {
  let bytes = Buffer.from(seed);
  for (let count = 1 + next(6); count > 0; count--) {
    const at = next(bytes.length + 1);
    const word = Buffer.from(WORDS[next(WORDS.length)]!, 'latin1');
    const end = Math.min(bytes.length, at + 1 + next(16));
    switch (next(6)) {
      case 0:
        if (at < bytes.length) bytes[at] = next(256);
        break;
      case 1:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), word, bytes.subarray(at)]);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at, end), bytes.subarray(end)]);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(next(other.length + 1))]);
        break;
      default:
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.alloc(1 + next(200), word), bytes.subarray(at)]);
    }
  }
  return bytes.subarray(0, SIZES[2]);
}

/** What an input shows; undefined: nothing. */
async function trial(target: Target, input: Buffer): Promise<string | undefined> {
  // Of the processor, not of the clock: other work on the machine makes no reader slow.
  const before = process.cpuUsage();
  try {
    await target.run(Buffer.from(input));
  } catch (error) {
    if (!(error instanceof PlimsollError))
      return `throws ${error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 3).join(' ') : String(error)}`;
  }
  const { user, system } = process.cpuUsage(before);
  const taken = (user + system) / 1_000;
  return taken > LONG_MS ? `takes ${Math.round(taken)} ms for ${input.length} bytes` : undefined;
}

/** A part of an input repeated up to a size, between what stood before and behind it. */
function grown(seed: Buffer, from: number, to: number, size: number): Buffer {
  const unit = seed.subarray(from, to);
  const room = Math.max(unit.length, size - seed.length);
  return Buffer.concat([seed.subarray(0, from), Buffer.alloc(room, unit), seed.subarray(to)]);
}

/** Measures growth for a part of an input; what it says when that is steep. */
async function growth(
  target: Target,
  seed: Buffer,
  steps: StepCounter,
  next: (below: number) => number,
): Promise<Find | undefined> {
  if (seed.length === 0) return undefined;
  const from = next(seed.length);
  const to = Math.min(seed.length, from + 1 + next(12));
  return measured(target, steps, SIZES, (size) => grown(seed, from, to, size));
}

/** Steps at each size, the smallest first; a find where they grow steeply. */
async function measured(
  target: Target,
  steps: StepCounter,
  sizes: readonly number[],
  inputOf: (size: number) => Buffer,
): Promise<Find | undefined> {
  const counts: number[] = [];
  for (const size of sizes) {
    const input = inputOf(size);
    steps.take();
    const why = await trial(target, input);
    if (why) return { target: target.name, why, input };
    counts.push(steps.take());
    const [a = 0, b = 0] = counts.slice(-2);
    if (counts.length > 1 && b > FEW && b > a * STEEP)
      return {
        target: target.name,
        why: `grows steeply: ${counts.join(', ')} steps at ${sizes.slice(0, counts.length).join(', ')} bytes`,
        input,
      };
  }
  return undefined;
}

/** Sizes of the search in order. */
const LARGER = [4_096, 16_384, 65_536] as const;

/** Parts of an input that are worth repeating: all of it, its lines, what stands in brackets or quotes, and its words with what joins them. */
function* partsOf(seed: Buffer): Generator<readonly [number, number]> {
  const text = seed.toString('latin1');
  const seen = new Set<string>();
  yield [0, seed.length];
  for (const pattern of [
    /[^\n]*\n/g,
    /\{[^{}]*\},?|\[[^[\]]*\],?|<[^<>]*>|\([^()]*\)/g,
    /"[^"]*"[,:]?|[\w.]+\W?|[^\w\s]+/g,
  ])
    for (const { 0: part, index } of text.matchAll(pattern)) {
      if (seen.has(part) || part.length === seed.length) continue;
      seen.add(part);
      yield [index, index + part.length];
    }
}

/** What of a target grows steeply, or takes long. */
async function* growthInOrder(target: Target, steps: StepCounter): AsyncGenerator<Find | undefined> {
  for (const seed of target.grown ?? target.seeds)
    for (const [from, to] of partsOf(seed))
      yield await measured(target, steps, LARGER, (size) => grown(seed, from, to, size));
}

/** The found cases of a target, replayed first. */
export function corpusOf(folder: string, target: string): { name: string; input: Buffer }[] {
  const own = join(folder, target);
  try {
    return readdirSync(own)
      .sort()
      .map((name) => ({ name, input: readFileSync(join(own, name)) }));
  } catch {
    return [];
  }
}

async function main(): Promise<void> {
  const seconds = Number(argument('seconds') ?? 120);
  const seed = Number(argument('seed') ?? 1);
  const only = argument('target');
  const corpus = argument('corpus') ?? 'test/fuzz/corpus';
  const targets = TARGETS.filter(
    ({ name }) => only === undefined || only.split(',').some((part) => name.startsWith(part)),
  );
  const steps = countSteps('fuzz-bundle');
  const finds: Find[] = [];
  const seen = new Set<string>();
  const keep = (find: Find | undefined): void => {
    const key = find && `${find.target} ${find.why.replace(/\d+/g, '')}`;
    if (!find || seen.has(key!)) return;
    seen.add(key!);
    finds.push(find);
    const folder = join(argument('found') ?? 'fuzz-found', find.target);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${finds.length}.bin`), find.input);
    console.log(`FOUND ${find.target}: ${find.why}\n  ${JSON.stringify(find.input.toString('latin1').slice(0, 160))}`);
  };
  let trials = 0;
  for (const target of targets)
    for (const { name, input } of corpusOf(corpus, target.name)) {
      const why = await trial(target, input);
      if (why) keep({ target: target.name, why: `${name} ${why}`, input });
    }
  if (process.argv.includes('--growth'))
    for (const target of targets) {
      let parts = 0;
      const before = process.cpuUsage();
      for await (const find of growthInOrder(target, steps)) {
        keep(find);
        parts++;
        trials += LARGER.length;
      }
      const { user, system } = process.cpuUsage(before);
      console.log(`${target.name}: ${parts} parts, ${((user + system) / 1e6).toFixed(1)} s`);
    }
  const deadline = Date.now() + (process.argv.includes('--growth') ? 0 : seconds) * 1_000;
  const generators = targets.map((_, at) => randomNumbers(seed * 7_919 + at * 104_729 + 1));
  for (let round = 0; Date.now() < deadline; round++)
    for (const [at, target] of targets.entries()) {
      if (Date.now() >= deadline) break;
      const next = generators[at]!;
      const pool = [...target.seeds, ...corpusOf(corpus, target.name).map(({ input }) => input)];
      const pick = (): Buffer => pool[next(pool.length)]!;
      for (let count = 0; count < 10; count++) {
        const input = mutated(pick(), pick(), next);
        const why = await trial(target, input);
        if (why) keep({ target: target.name, why, input });
        trials++;
      }
      keep(await growth(target, round % 2 === 0 ? pick() : mutated(pick(), pick(), next), steps, next));
      trials += SIZES.length;
    }
  steps.close();
  console.log(`${trials} inputs for ${targets.length} readers with seed ${seed}: ${finds.length} found`);
  process.exitCode = finds.length > 0 ? 1 : 0;
}

if (process.argv.includes('--run')) await main();
