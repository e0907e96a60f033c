// Long because it is one grammar, in the order in which BuildKit reads it.

import { LIMITS } from '../../limits.ts';
/**
 * A Dockerfile as instructions with exact places in the file: directives, continuations, comments within them,
 * here-documents, flags, JSON and shell form, ARG and ENV replacement, stages, ONBUILD.
 * https://docs.docker.com/reference/dockerfile/
 */
import { readJson } from '../json-values.ts';
import {
  type DockerfileLines,
  type DockerfileProblem,
  type Heredoc,
  type LogicalLine,
  readLines,
  type SourceRange,
} from './dockerfile-lines.ts';
import { expandWord, expansionBudget, splitWords, type Variables, wordEnd } from './dockerfile-words.ts';

export type { DockerfileProblem, Heredoc, SourceRange } from './dockerfile-lines.ts';

/** A word of an instruction. */
interface Word {
  /** As written (in JSON form: the string's value). */
  readonly text: string;
  /** Quotes removed and variables replaced where the builder replaces them; in RUN, CMD and ENTRYPOINT as written. */
  readonly value: string;
  readonly range: SourceRange;
}

/** `--name=value` between keyword and arguments; `value` is empty for `--name`. */
interface Flag {
  readonly name: string;
  readonly value: string;
}

/** `name=value` of ENV, ARG and LABEL. */
interface Pair {
  readonly name: string;
  /** Replaced; absent for `ARG name`. */
  readonly value?: string;
  readonly range: SourceRange;
}

/** One instruction. */
export interface DockerInstruction {
  /** Upper case. */
  readonly keyword: string;
  readonly flags: readonly Flag[];
  readonly form: 'shell' | 'json';
  /** What follows keyword and flags: continuations joined, comments taken out, here-document bodies not included. */
  readonly argument: string;
  readonly words: readonly Word[];
  /** ENV, ARG and LABEL only. */
  readonly pairs: readonly Pair[];
  readonly heredocs: readonly Heredoc[];
  /** From the keyword to the last character, here-documents included. */
  readonly range: SourceRange;
  /** Index of its stage; -1 before the first FROM. */
  readonly stage: number;
  /** Names of variables that were asked for and that nothing defines. */
  readonly unset: readonly string[];
  /** What ONBUILD will run. */
  readonly trigger?: DockerInstruction;
  /** Where the part `from` to `to` of `argument` stands in the file. */
  sourceRange(from: number, to: number): SourceRange;
}

/** One build stage. */
export interface Stage {
  readonly index: number;
  readonly name?: string;
  /** The image of FROM with variables replaced: a reference, `scratch`, or the name of an earlier stage. */
  readonly image: string;
  readonly platform?: string;
  /** Index of the earlier stage that `image` names. */
  readonly base?: number;
  readonly from: DockerInstruction;
  /** Without FROM itself. */
  readonly instructions: readonly DockerInstruction[];
  /** ENV as the stage leaves it, inherited from earlier stages of this file too. */
  readonly environment: ReadonlyMap<string, string>;
}

/** A Dockerfile that was read. */
export interface Dockerfile {
  readonly text: string;
  readonly escape: string;
  readonly instructions: readonly DockerInstruction[];
  readonly stages: readonly Stage[];
  /** Everything that a builder would refuse. Instructions after a problem are read all the same. */
  readonly problems: readonly DockerfileProblem[];
}

const KEYWORDS = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
);
/** Where the builder itself replaces variables; in the others the shell does, at build or run time. */
const EXPANDED = new Set('ADD ARG COPY ENV EXPOSE FROM LABEL STOPSIGNAL USER VOLUME WORKDIR ONBUILD'.split(' '));
const JSON_FORM = new Set('ADD CMD COPY ENTRYPOINT RUN SHELL VOLUME'.split(' '));
const PREDEFINED_ARGUMENTS = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'FTP_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
  'http_proxy',
  'https_proxy',
  'ftp_proxy',
  'no_proxy',
  'all_proxy',
];

/**
 * Reads a Dockerfile. `buildArguments` stand for `--build-arg`, and for the platform arguments (`TARGETARCH`, ...) that a
 * builder sets by itself. Never throws; a file above `LIMITS.dockerfileBytes` should not be handed in.
 */
export function parseDockerfile(text: string, buildArguments: ReadonlyMap<string, string> = new Map()): Dockerfile {
  const lines = readLines(text);
  const problems: DockerfileProblem[] = [...lines.problems];
  const state = new BuildState(buildArguments);
  const instructions: DockerInstruction[] = [];
  for (const line of lines.lines) {
    const parsed = instruction(line, lines, state, problems, false);
    state.take(parsed, problems);
    instructions.push(parsed);
  }
  if (state.budget.bytes < 0 || state.budget.steps < 0)
    problems.push({
      message: 'its variables come to more than is followed: words are taken as they are written from some place on',
      at: lines.position(0),
    });
  if (state.stages.length === 0)
    problems.push({ message: 'no FROM: a Dockerfile needs at least one build stage', at: lines.position(text.length) });
  problems.sort((problem, other) => problem.at.offset - other.at.offset);
  return {
    text,
    escape: lines.escape,
    instructions,
    stages: state.stages,
    problems,
  };
}

interface OpenStage extends Stage {
  readonly instructions: DockerInstruction[];
  readonly environment: Map<string, string>;
}

/** Variables and stages as they stand while the file is read from top to bottom. */
class BuildState {
  readonly stages: OpenStage[] = [];
  readonly budget = expansionBudget();
  readonly #named = new Map<string, number>();
  readonly #given: ReadonlyMap<string, string>;
  readonly #globals = new Map<string, string>();
  #arguments = new Map<string, string>();
  /** Bytes of all variables set so far. */
  #held = 0;

  constructor(given: ReadonlyMap<string, string>) {
    this.#given = given;
    for (const [name, value] of given) if (/^(?:TARGET|BUILD)[A-Z]+$/.test(name)) this.#globals.set(name, value);
  }

  get stage(): number {
    return this.stages.length - 1;
  }

  /** ENV wins over ARG of the same name. https://docs.docker.com/reference/dockerfile/#using-arg-variables */
  get variables(): Variables {
    const stage = this.stages.at(-1);
    if (stage === undefined) return this.#globals;
    const given = this.#arguments;
    return { get: (name) => stage.environment.get(name) ?? given.get(name) };
  }

  /** Variables for FROM: only the arguments before the first stage. */
  get globals(): Variables {
    return this.#globals;
  }

  take(instruction: DockerInstruction, problems: DockerfileProblem[]): void {
    if (instruction.keyword === 'FROM') {
      this.#open(instruction, problems);
      return;
    }
    if (instruction.keyword === 'ARG') this.#argue(instruction);
    const stage = this.stages.at(-1);
    if (stage === undefined) {
      if (instruction.keyword !== 'ARG' && KEYWORDS.has(instruction.keyword))
        problems.push({ message: `${instruction.keyword} stands before the first FROM`, at: instruction.range.start });
      return;
    }
    stage.instructions.push(instruction);
    if (instruction.keyword === 'ENV')
      for (const pair of instruction.pairs) this.#set(stage.environment, pair.name, pair.value ?? '');
  }

  /** Beyond the budget of all variables together, a variable stays unset. */
  #set(scope: Map<string, string>, name: string, value: string): void {
    this.#held += name.length + value.length;
    if (this.#held <= LIMITS.dockerfileVariableBytes) scope.set(name, value);
  }

  /** The variables of the stage that a new one begins from; a thousand stages would each hold them anew. */
  #inherited(base: number): Map<string, string> {
    const environment = new Map<string, string>();
    for (const [name, value] of this.stages[base]?.environment ?? []) {
      this.#set(environment, name, value);
      if (this.#held > LIMITS.dockerfileVariableBytes) break;
    }
    return environment;
  }

  #argue(instruction: DockerInstruction): void {
    const inStage = this.stages.length > 0;
    const scope = inStage ? this.#arguments : this.#globals;
    for (const pair of instruction.pairs) {
      const value = this.#given.get(pair.name) ?? pair.value ?? (inStage ? this.#globals.get(pair.name) : undefined);
      if (value !== undefined) this.#set(scope, pair.name, value);
    }
  }

  #open(instruction: DockerInstruction, problems: DockerfileProblem[]): void {
    const [image, as, name] = instruction.words;
    const valid =
      instruction.words.length === 1 || (instruction.words.length === 3 && as!.value.toLowerCase() === 'as');
    if (!valid)
      problems.push({ message: 'FROM takes an image and perhaps AS and a name', at: instruction.range.start });
    const named = valid ? name?.value.toLowerCase() : undefined;
    if (named !== undefined && !/^[a-z][a-z0-9-_.]*$/.test(named))
      problems.push({ message: `${named} is no valid stage name`, at: name!.range.start });
    if (named !== undefined && this.#named.has(named))
      problems.push({ message: `stage name ${named} is used twice`, at: name!.range.start });
    if (image !== undefined && image.value === '')
      problems.push({ message: `the image of FROM is empty: ${image.text} has no value`, at: image.range.start });
    const wanted = image?.value.toLowerCase() ?? '';
    const base = this.#named.get(wanted) ?? -1;
    const platform = instruction.flags.find((flag) => flag.name === 'platform')?.value;
    this.#arguments = new Map();
    for (const name of PREDEFINED_ARGUMENTS) {
      const value = this.#given.get(name);
      if (value !== undefined) this.#arguments.set(name, value);
    }
    if (named !== undefined) this.#named.set(named, this.stages.length);
    this.stages.push({
      index: this.stages.length,
      ...(named === undefined ? {} : { name: named }),
      image: image?.value ?? '',
      ...(platform === undefined ? {} : { platform }),
      ...(base === -1 ? {} : { base }),
      from: instruction,
      instructions: [],
      environment: this.#inherited(base),
    });
  }
}

function instruction(
  line: LogicalLine,
  lines: DockerfileLines,
  state: BuildState,
  problems: DockerfileProblem[],
  triggered: boolean,
): DockerInstruction {
  const written = /^\S+/.exec(line.text)![0];
  const keyword = written.toUpperCase();
  const range = (from: number, to: number): SourceRange => ({
    start: lines.position(line.source(from)),
    end: lines.position(to > from ? line.source(to - 1) + 1 : line.source(from)),
  });
  const problem = (message: string, at = 0) => problems.push({ message, at: lines.position(line.source(at)) });
  if (!KEYWORDS.has(keyword)) problem(`unknown instruction ${written.slice(0, 60)}`);
  const variables = keyword === 'FROM' ? state.globals : state.variables;
  const unset = new Set<string>();
  const expand = (text: string): string => {
    const expanded = expandWord(text, variables, lines.escape, state.budget);
    for (const name of expanded.unset) unset.add(name);
    return expanded.value;
  };
  const { flags, at } = readFlags(line.text, written.length, lines.escape, expand);
  const argument = line.text.slice(at);
  const trigger = keyword === 'ONBUILD' ? triggerOf(line, at, lines, state, problems, triggered) : undefined;
  const json = JSON_FORM.has(keyword) ? jsonWords(argument, at, range) : undefined;
  const replaced = EXPANDED.has(keyword);
  const words =
    json?.map((word) => (replaced ? { ...word, value: expand(word.text) } : word)) ??
    splitWords(argument, lines.escape).map((word) => ({
      text: word.text,
      value: replaced ? expand(word.text) : word.text,
      range: range(at + word.start, at + word.end),
    }));
  const pairs = pairsOf(keyword, argument, at, words, range, expand, problem);
  checkArguments(keyword, argument, words, flags, (message) => problem(message));
  return {
    keyword,
    flags,
    form: json === undefined ? 'shell' : 'json',
    argument,
    words,
    pairs,
    heredocs: line.heredocs,
    range: line.range,
    stage: keyword === 'FROM' ? state.stage + 1 : state.stage,
    unset: [...unset],
    ...(trigger === undefined ? {} : { trigger }),
    sourceRange: (from, to) => range(at + from, at + to),
  };
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at]!)) at++;
  return at;
}

type RangeOf = (from: number, to: number) => SourceRange;

function readFlags(text: string, from: number, escapeMark: string, expand: (text: string) => string) {
  const flags: Flag[] = [];
  let at = skipBlank(text, from);
  while (text.startsWith('--', at)) {
    const end = wordEnd(text, at, escapeMark);
    const word = text.slice(at, end);
    const equals = word.indexOf('=');
    if (word !== '--')
      flags.push({
        name: word.slice(2, equals === -1 ? undefined : equals).toLowerCase(),
        value: equals === -1 ? '' : expand(word.slice(equals + 1)),
      });
    at = skipBlank(text, end);
    if (word === '--') break;
  }
  return { flags, at };
}

function triggerOf(
  line: LogicalLine,
  at: number,
  lines: DockerfileLines,
  state: BuildState,
  problems: DockerfileProblem[],
  triggered: boolean,
): DockerInstruction | undefined {
  const text = line.text.slice(at);
  const keyword = /^\S+/.exec(text)?.[0].toUpperCase();
  if (keyword === undefined) return undefined;
  if (triggered || keyword === 'ONBUILD' || keyword === 'FROM' || keyword === 'MAINTAINER') {
    problems.push({ message: `ONBUILD cannot trigger ${keyword}`, at: lines.position(line.source(at)) });
    return undefined;
  }
  const inner: LogicalLine = { ...line, text, source: (index) => line.source(at + index) };
  return instruction(inner, lines, state, problems, true);
}

/** The strings of a JSON array, or undefined where the argument is none (then it is shell form). */
function jsonWords(argument: string, at: number, range: RangeOf): Word[] | undefined {
  if (!argument.startsWith('[')) return undefined;
  let parsed: unknown;
  try {
    parsed = readJson(argument);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed) || !parsed.every((item) => typeof item === 'string')) return undefined;
  const strings = [...argument.matchAll(/"(?:[^"\\]|\\.)*"/g)];
  return parsed.map((text, index) => {
    const match = strings[index]!;
    return { text, value: text, range: range(at + match.index, at + match.index + match[0].length) };
  });
}

function pairsOf(
  keyword: string,
  argument: string,
  at: number,
  words: readonly Word[],
  range: RangeOf,
  expand: (text: string) => string,
  problem: (message: string, at?: number) => void,
): Pair[] {
  if (keyword !== 'ENV' && keyword !== 'LABEL' && keyword !== 'ARG') return [];
  const first = words[0];
  if (first === undefined) return [];
  if (keyword !== 'ARG' && !first.text.includes('=')) {
    // The old form: everything after the name is one value.
    const value = /^\S+\s+([\s\S]+)$/.exec(argument)?.[1];
    if (value === undefined) problem(`${keyword} ${first.text} has no value`, at);
    return [{ name: first.value, value: expand(value ?? ''), range: range(at, at + argument.length) }];
  }
  const pairs: Pair[] = [];
  for (const word of words) {
    const equals = word.text.indexOf('=');
    const name = expand(equals === -1 ? word.text : word.text.slice(0, equals));
    if (name === '') problem(`${keyword} has a name that is empty`, at);
    else if (equals === -1 && keyword !== 'ARG') problem(`${keyword} ${word.text} has no =`, at);
    else if (equals === -1) pairs.push({ name, range: word.range });
    else pairs.push({ name, value: expand(word.text.slice(equals + 1)), range: word.range });
  }
  return pairs;
}

const EXACTLY_ONE = new Set(['STOPSIGNAL', 'USER', 'WORKDIR', 'MAINTAINER']);

function checkArguments(
  keyword: string,
  argument: string,
  words: readonly Word[],
  flags: readonly Flag[],
  problem: (message: string) => void,
): void {
  if (!KEYWORDS.has(keyword)) return;
  if (argument === '') {
    problem(`${keyword} needs an argument`);
    return;
  }
  if ((keyword === 'ADD' || keyword === 'COPY') && words.length < 2)
    problem(`${keyword} needs a source and a destination`);
  if (keyword === 'SHELL' && !argument.startsWith('[')) problem('SHELL takes a JSON array');
  if (EXACTLY_ONE.has(keyword) && words.length === 0) problem(`${keyword} needs one argument`);
  if (keyword === 'HEALTHCHECK' && !/^(?:NONE|CMD)\b/i.test(argument))
    problem(`HEALTHCHECK takes NONE or CMD, not ${words[0]?.text.slice(0, 60) ?? ''}`);
  if (keyword === 'HEALTHCHECK' && /^NONE\b/i.test(argument) && flags.length > 0)
    problem('HEALTHCHECK NONE takes no options');
}
