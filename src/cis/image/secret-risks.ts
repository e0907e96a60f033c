/** 4.10: secrets in the configuration, the history and the files of an image, deleted ones included. */
import type { RunConfig } from '../../model.ts';
import { type BenchItem, type CheckVerdict, info, pass, Unreadable, warn } from '../check.ts';
import { environmentOf } from '../engine/index.ts';
import { got, type Reading } from '../reading.ts';
import type { ImageFacts } from './facts.ts';
import { type FoundSecret, secretFile, secretIn, secretsInCommand, secretVariables } from './secrets.ts';
import { type BuildStep, historyArguments, stepsOfImage } from './steps.ts';

const told = (secret: FoundSecret) =>
  `${secret.name === '' ? '' : `${secret.name} holds `}${secret.what} (${secret.masked})`;

/** Everything that whoever pulls the image can read. */
export async function judgeSecrets(image: ImageFacts): Promise<CheckVerdict> {
  const subject = image.name;
  const { run } = image.config;
  const items: BenchItem[] = [
    ...secretVariables(environmentOf(run.Env)).map((secret) => ({ subject, detail: `ENV ${told(secret)}` })),
    ...secretVariables(new Map(Object.entries(run.Labels ?? {}))).map((secret) => ({
      subject,
      detail: `LABEL ${told(secret)}`,
    })),
    ...historyArguments(image.config).flatMap((argument) => {
      const secret = secretIn(argument.name, argument.value);
      return secret === undefined
        ? []
        : [{ subject, detail: `history ${argument.index + 1}, build argument ${told(secret)}` }];
    }),
    ...stepSecrets(stepsOfImage(image).filter((step) => !NAMED_PAIRS.has(step.keyword))),
    ...startSecrets(run).map((detail) => ({ subject, detail })),
  ];
  const files = await secretFiles(image);
  const risks = await image.risks();
  if (risks.ok)
    // The configuration was searched above; what is found there has no file.
    for (const risk of risks.value)
      if (risk.category === 'secret' && risk.evidence.path !== '')
        items.push({
          subject,
          detail: `${risk.title}${risk.at ? ` at ${risk.at}` : ''}`,
          path: `/${risk.evidence.path}`,
        });
  if (!files.ok && items.length === 0)
    throw new Unreadable(files.why, `configuration and history hold no secrets; ${files.reason}`);
  const copied = files.ok ? files.value : { certain: [], possible: [] };
  const certain = [...items, ...copied.certain];
  if (certain.length > 0)
    return warn('secrets can be read by whoever pulls the image', [...certain, ...copied.possible]);
  if (copied.possible.length > 0) return info('files that may hold secrets', copied.possible);
  return pass('no secrets in configuration, history and file names');
}

/** What is looked at by names and values, not by words. */
const NAMED_PAIRS = new Set(['ENV', 'ARG', 'LABEL']);

/** Secrets in what a container starts with: entrypoint, command, health check. */
function startSecrets({ Entrypoint, Cmd, Healthcheck }: RunConfig): string[] {
  const starts = [
    ['ENTRYPOINT', Entrypoint],
    ['CMD', Cmd],
    ['HEALTHCHECK', Healthcheck?.Test],
  ] as const;
  return starts.flatMap(([name, words]) =>
    secretsInCommand((words ?? []).slice(0, 200).join(' ')).map((secret) => `${name}: ${told(secret)}`),
  );
}

/** Files by name: certain where only credentials have that name, possible where they might. */
async function secretFiles(image: ImageFacts): Promise<Reading<{ certain: BenchItem[]; possible: BenchItem[] }>> {
  const files = await image.files();
  if (!files.ok) return files;
  const certain: BenchItem[] = [];
  const possible: BenchItem[] = [];
  for (const { path, entry, layer, visible } of files.value) {
    const what = entry.type === 'file' && entry.size > 0 ? secretFile(path) : undefined;
    if (what === undefined) continue;
    const hidden = visible ? '' : ', deleted by a later layer and still in the image';
    const item = {
      subject: image.name,
      detail: `/${path}: ${what.what} (layer ${layer + 1}${hidden})`,
      path: `/${path}`,
    };
    (what.certain ? certain : possible).push(item);
  }
  return got({ certain, possible });
}

/** Secrets in the words of build steps. */
export function stepSecrets(steps: readonly BuildStep[]): BenchItem[] {
  return steps.flatMap((step) => {
    const secrets = [step.text, ...step.documents].flatMap(secretsInCommand);
    return [...new Map(secrets.map((secret) => [`${secret.name}\0${secret.masked}`, secret])).values()].map((secret) =>
      step.item(told(secret)),
    );
  });
}
