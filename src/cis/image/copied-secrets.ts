/** 4.10 before the build: what COPY and ADD bring, by the names of the files in the build context. */
import { withoutEnd } from '../../formats/ends.ts';
import { matchesGlob } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
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
  const secrets = secretsIn(docker.context);
  const budget = { steps: LIMITS.contextSteps };
  for (const step of stepsOfDockerfile(docker)) {
    if (step.keyword !== 'COPY' && step.keyword !== 'ADD') continue;
    for (const source of copiedPaths(step)) {
      const named = copiedSecretFile(source);
      if (named !== undefined) put(step, source, named, result);
      // What an earlier stage holds under an ordinary name its own steps say.
      else if (!step.flags.has('from')) judge(step, source, { secrets, budget }, result);
      if (budget.steps < 0) {
        result.unseen.push(
          step.item('there are more sources and files than are held against each other: from here on unseen'),
        );
        return result;
      }
    }
  }
  return result;
}

const copiedPaths = ({ values, words }: BuildStep): readonly string[] =>
  (values.length > 0 ? values : words)
    .slice(0, -1)
    .filter((source) => !/^(?:[a-z]+:\/\/|git@|<<)/i.test(source))
    .map((source) => withoutEnd(source.replace(/^(?:\.?\/)+/, ''), '/'));

/** A file of the build context that is called as a secret is. */
interface NamedSecret {
  readonly path: string;
  readonly what: SecretFile;
}

/** Those of a context; undefined where it could not be read. They are few, and the sources of instructions may be many. */
const secretsIn = (context: DockerfileFacts['context']): readonly NamedSecret[] | undefined =>
  context?.files.flatMap((path) => {
    const what = copiedSecretFile(path);
    return what === undefined ? [] : [{ path, what }];
  });

interface Looked {
  readonly secrets: readonly NamedSecret[] | undefined;
  readonly budget: { steps: number };
}

/** `COPY [a-z]*.pem` takes what Go's `filepath.Match` says. */
const CLASSES = { classes: true };

function judge(step: BuildStep, source: string, { secrets, budget }: Looked, result: Copied): void {
  if (secrets === undefined) {
    // A single file is what its name says; a folder or a pattern may bring anything.
    if (source === '' || source === '.' || /[*?[]/.test(source) || !/\.[A-Za-z0-9]+$/.test(source))
      result.unseen.push(step.item(`${source || '.'}: the build context could not be read`));
    return;
  }
  const whole = source === '' || source === '.';
  const excluded = step.flags.get('exclude');
  for (const { path, what } of secrets) {
    budget.steps--;
    if (!whole && path !== source && !path.startsWith(`${source}/`) && !matchesGlob(path, source, budget, CLASSES))
      continue;
    // One pattern is what the flag's value tells; with several the others count as copied.
    if (excluded !== undefined && (path === excluded || matchesGlob(path, excluded, budget, CLASSES))) continue;
    put(step, path, what, result);
    if (budget.steps < 0) return;
  }
}

function put(step: BuildStep, path: string, { what, certain }: SecretFile, result: Copied): void {
  const list = certain ? result.certain : result.possible;
  if (list.length < 100) list.push(step.item(`copies ${path}: ${what}`));
}
