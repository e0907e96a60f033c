/** 4.10 before the build: what COPY and ADD bring, by the names of the files in the build context. */
import { withoutEnd } from '../../formats/ends.ts';
import { matchesGlob } from '../../formats/text/index.ts';
import type { BenchItem } from '../check.ts';
import type { DockerfileFacts } from '../facts.ts';
import { copiedSecretFile, type SecretFile } from './secrets.ts';
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
  const result: Copied = { certain: [], possible: [], unseen: [] };
  for (const step of stepsOfDockerfile(docker)) {
    if (step.keyword !== 'COPY' && step.keyword !== 'ADD') continue;
    for (const source of sourcesOf(step)) {
      const named = copiedSecretFile(source);
      if (named !== undefined) put(step, source, named, result);
      // What an earlier stage holds under an ordinary name its own steps say.
      else if (!step.flags.has('from')) judge(step, source, docker, result);
    }
  }
  return result;
}

const sourcesOf = ({ values, words }: BuildStep): readonly string[] =>
  (values.length > 0 ? values : words)
    .slice(0, -1)
    .filter((source) => !/^(?:[a-z]+:\/\/|git@|<<)/i.test(source))
    .map((source) => withoutEnd(source.replace(/^(?:\.?\/)+/, ''), '/'));

function judge(step: BuildStep, source: string, { context }: DockerfileFacts, result: Copied): void {
  if (context === undefined) {
    // A single file is what its name says; a folder or a pattern may bring anything.
    if (source === '' || source === '.' || /[*?[]/.test(source) || !/\.[A-Za-z0-9]+$/.test(source))
      result.unseen.push(step.item(`${source || '.'}: the build context could not be read`));
    return;
  }
  const whole = source === '' || source === '.';
  const excluded = step.flags.get('exclude');
  const brought = context.files.filter(
    (path) => whole || path === source || path.startsWith(`${source}/`) || matchesGlob(path, source),
  );
  for (const path of brought) {
    // One pattern is what the flag's value tells; with several the others count as copied.
    if (excluded !== undefined && (path === excluded || matchesGlob(path, excluded))) continue;
    const what = copiedSecretFile(path);
    if (what !== undefined) put(step, path, what, result);
  }
}

function put(step: BuildStep, path: string, { what, certain }: SecretFile, result: Copied): void {
  const list = certain ? result.certain : result.possible;
  if (list.length < 100) list.push(step.item(`copies ${path}: ${what}`));
}
