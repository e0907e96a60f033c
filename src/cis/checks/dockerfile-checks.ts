/** 4.1 and 4.10 before the build: what a Dockerfile alone, and the folder it lies in, can tell. */
import { type BenchItem, type CheckVerdict, info, note, pass, warn } from '../check.ts';
import type { DockerfileFacts } from '../facts.ts';
import { copiedSecrets, isSecretName, rightsOfUser, secretIn, stepSecrets, stepsOfDockerfile } from '../image/index.ts';

/** 4.1: the USER that the last stage ends with, and what its steps make of that account. */
export function userOfDockerfile(docker: DockerfileFacts): CheckVerdict {
  const steps = stepsOfDockerfile(docker, 'final').filter((step) => !step.deferred);
  const last = steps.findLast((step) => step.keyword === 'USER');
  const { path, file } = docker;
  const stage = file.stages.at(-1);
  if (last === undefined)
    return warn('no USER: containers run as the user of the base image, usually root', [
      {
        subject: path,
        detail: stage?.image === 'scratch' ? 'built from scratch: root' : `${stage?.image ?? 'nothing'} decides`,
        path,
        ...(stage ? { line: stage.from.range.start.line } : {}),
      },
    ]);
  if (last.unset.length > 0)
    return note(`USER ${last.text}: ${last.unset.join(', ')} has no value here; give it with --build-arg`, [
      last.item(last.text),
    ]);
  const user = (last.values[0] ?? last.text).split(':')[0]!.trim();
  if (user === '' || user === 'root' || /^0+$/.test(user))
    return warn('containers run as root', [last.item(`USER ${last.text}`)]);
  const rights: BenchItem[] = rightsOfUser(steps, user);
  if (rights.length > 0) return warn('the user can become root', rights);
  return pass(`runs as ${user}`);
}

/** Values of ARG and ENV stay in the image's history; secrets belong into --mount=type=secret. */
export function secretsOfDockerfile(docker: DockerfileFacts): CheckVerdict {
  const { file, path } = docker;
  const pairs = file.instructions
    .flatMap((instruction) =>
      instruction.trigger === undefined ? [instruction] : [{ ...instruction.trigger, range: instruction.range }],
    )
    .filter(
      (instruction) =>
        instruction.keyword === 'ENV' || instruction.keyword === 'ARG' || instruction.keyword === 'LABEL',
    )
    .flatMap((instruction) => {
      const variables = namesOfVariables(instruction.argument);
      return instruction.pairs.map((pair) => ({
        ...pair,
        keyword: instruction.keyword,
        variable: variables.has(pair.name),
      }));
    });
  const items = pairs.flatMap((pair) => {
    const secret = secretIn(pair.name, pair.value ?? '');
    const filled =
      pair.keyword !== 'LABEL' &&
      isSecretName(pair.name) &&
      (pair.value === undefined || pair.value === '' || pair.variable);
    if (secret === undefined && !filled) return [];
    const detail =
      secret === undefined
        ? `${pair.keyword} ${pair.name} is filled when building, and stays in the image or its history`
        : `${pair.keyword} ${pair.name} holds ${secret.what} (${secret.masked})`;
    return [{ subject: path, detail, path, line: pair.range.start.line }];
  });
  items.push(
    ...stepSecrets(
      stepsOfDockerfile(docker).filter((step) => !/^(?:ENV|ARG|LABEL|FROM|ONBUILD)$/.test(step.keyword)),
    ).map((secret) => ({
      detail: '',
      path,
      line: 0,
      ...secret,
    })),
  );
  const copied = copiedSecrets(docker);
  const certain = [...items, ...copied.certain];
  if (certain.length > 0)
    return warn('secrets stand in the Dockerfile or are copied by it', [...certain, ...copied.possible]);
  if (copied.possible.length > 0) return info('files that may hold secrets are copied', copied.possible);
  return copied.unseen.length > 0
    ? note('what these copy could not be looked at', copied.unseen)
    : pass('no secrets in the Dockerfile, nor in the names of what it copies');
}

/** The names in `ENV NAME=$OTHER`, `ENV NAME $OTHER`: their values come from outside. All in one go: one instruction may hold 100,000. */
const namesOfVariables = (argument: string): ReadonlySet<string> =>
  new Set([...argument.matchAll(/(?:^|\s)([^\s=]+)(?:=|\s+)["']?\$/g)].map(([, name = '']) => name));
