/** 4.10 before the build: what COPY and ADD bring, by the names of the files in the build context. */
import { matchesGlob } from '../../formats/text/index.ts';
import type { BenchItem } from '../check.ts';
import type { DockerfileFacts } from '../facts.ts';
import { secretFile } from './secrets.ts';
import { type BuildStep, stepsOfDockerfile } from './steps.ts';

/** What is copied: certain where only credentials have such a name, possible where they might. */
interface Copied {
  readonly certain: BenchItem[];
  readonly possible: BenchItem[];
  /** Instructions whose sources could not be looked at. */
  readonly unseen: BenchItem[];
}

/** Secrets among the sources of COPY and ADD, of every stage: an earlier stage is cached and pushed, too. */
export function copiedSecrets(docker: DockerfileFacts): Copied {
  const found: Copied = { certain: [], possible: [], unseen: [] };
  for (const step of stepsOfDockerfile(docker)) {
    if ((step.keyword !== 'COPY' && step.keyword !== 'ADD') || step.flags.has('from')) continue;
    for (const source of sourcesOf(step)) judge(step, source, docker, found);
  }
  return found;
}

const sourcesOf = ({ values, words }: BuildStep): readonly string[] =>
  (values.length > 0 ? values : words)
    .slice(0, -1)
    .filter((one) => !/^(?:[a-z]+:\/\/|git@|<<)/i.test(one))
    .map((one) => one.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, ''));

function judge(step: BuildStep, source: string, { context }: DockerfileFacts, found: Copied): void {
  const named = secretFile(source);
  if (named !== undefined) {
    put(step, source, named, found);
    return;
  }
  if (context === undefined) {
    // A single file is what its name says; a folder or a pattern may bring anything.
    if (source === '' || source === '.' || /[*?[]/.test(source) || !/\.[A-Za-z0-9]+$/.test(source))
      found.unseen.push(step.item(`${source || '.'}: the build context could not be read`));
    return;
  }
  const whole = source === '' || source === '.';
  const brought = context.files.filter(
    (path) => whole || path === source || path.startsWith(`${source}/`) || matchesGlob(path, source),
  );
  for (const path of brought) {
    const what = secretFile(path);
    if (what !== undefined) put(step, path, what, found);
  }
}

function put(step: BuildStep, path: string, what: string, found: Copied): void {
  const list = what === 'environment file' ? found.possible : found.certain;
  if (list.length < 100) list.push(step.item(`copies ${path}: ${what}`));
}
