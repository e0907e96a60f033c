/** 4.12: whether what a build fetches (files, code, models) is signed or fixed. */
import type { ShellCommand } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { type BenchItem, type CheckVerdict, info, note, pass, warn } from '../check.ts';
import { downloadsOf, piped, runsDownload } from './downloads.ts';
import { installsOf, pipInstallWords } from './installers.ts';
import { isOpenRepository, type Look, NOWHERE } from './requirements.ts';
import type { BuildStep } from './steps.ts';
import { toldBy } from './told.ts';

const HASH = /^[0-9a-f]{4,64}$/i;

/** Programs that fetch a model, a data set or a file by a name that can mean something else tomorrow. */
const BY_NAME: readonly { readonly command: RegExp; readonly lacks: string }[] = [
  {
    command:
      /^(?:aws s3(?:api)? (?:cp|sync|get-object)|gsutil (?:-\S+ )*(?:cp|rsync)|gcloud storage (?:cp|rsync)|azcopy (?:cp|copy|sync)|rclone (?:copy|copyto|sync)|mc (?:cp|mirror)|s5cmd (?:cp|sync))\b/,
    lacks: 'no checksum',
  },
  { command: /^gdown\b/, lacks: 'no checksum' },
  {
    command:
      /^(?:ollama pull|kaggle (?:datasets|models|competitions) (?:instances )?\S*download|wandb artifact get|mlflow artifacts download|ngc registry \S+ download-version|modelscope download)\b/,
    lacks: 'no digest',
  },
  { command: /^(?:python[\d.]* -m )?spacy download\b(?!.*--direct)/, lacks: 'no version' },
  { command: /^python[\d.]* -m nltk\.downloader\b/, lacks: 'no version' },
];

/** Models and code fetched by name only: whatever stands there at build time. */
function unfixed({ program, words, text }: ShellCommand): string | undefined {
  const shown = text.slice(0, 160);
  if ((program === 'huggingface-cli' || program === 'hf') && words[1] === 'download') {
    const at = words.findIndex((word) => /^--revision\b/.test(word));
    const revision = at < 0 ? '' : words[at]!.includes('=') ? words[at]!.split('=')[1]! : (words[at + 1] ?? '');
    if (revision === '') return `${shown}: no --revision`;
    return HASH.test(revision) ? undefined : `${shown}: ${revision} can move`;
  }
  if (program === 'git' && words.includes('clone'))
    return `${shown}: ${/(?:--branch|-b)[= ]/.test(text) ? 'branches and tags can move' : 'no tag or commit'}`;
  const plain = [program, ...words.slice(1)].join(' ');
  const named = BY_NAME.find((tool) => tool.command.test(plain));
  return named === undefined ? undefined : `${shown}: ${named.lacks}`;
}

/** Calls that fetch a model or a data set by its name, each with its arguments as far as they are simple. */
const FETCHING_CALL =
  /\b(from_pretrained|snapshot_download|hf_hub_download|load_dataset|hub\.load|pipeline|SentenceTransformer|CrossEncoder|nltk\.download|urlretrieve|gdown\.download|KerasLayer|clip\.load)\s*\(([^()]{0,400}(?:\([^()]{0,200}\)[^()]{0,400}){0,4})\)/g;
/** Those that know no revision. */
const UNVERSIONED = /^(?:nltk\.download|urlretrieve|gdown\.download|KerasLayer|clip\.load)$/;

/** Models fetched by code without a revision. */
function unfixedCalls(text: string): string[] {
  return [...text.slice(0, LIMITS.dockerfileWordBytes).matchAll(FETCHING_CALL)].flatMap(
    ([call, name = '', words = '']) => {
      // A folder of this image is not fetched, and a definition or a call without a name fetches nothing.
      if (!/["']/.test(words) || /^\s*(?:\w+\s*=\s*)?["'](?:\.{0,2}\/)/.test(words)) return [];
      if (name === 'hub.load')
        return /^\s*["'][^"':]+:[^"']+["']/.test(words) ? [] : [`${call.slice(0, 120)}: no revision`];
      const revision = /\brevision\s*=\s*(?:["']([^"']*)["']|(\w+))/.exec(words);
      if (revision === null || UNVERSIONED.test(name)) return [`${call.slice(0, 120)}: no revision`];
      const moving = revision[1] !== undefined && !HASH.test(revision[1]);
      return moving ? [`${call.slice(0, 120)}: ${revision[1]} can move`] : [];
    },
  );
}

/** A step that checks out a commit after it cloned. */
const checksOut = (commands: readonly ShellCommand[]): boolean =>
  commands.some(
    ({ program, words }) =>
      program === 'git' &&
      /^(?:checkout|reset|switch)$/.test(words.find((word) => /^(?:checkout|reset|switch)$/.test(word)) ?? '') &&
      words.some((word) => HASH.test(word)),
  );

/** 4.12: whether what the build fetches is signed, and the signature looked at. */
export function judgeArtifacts(steps: readonly BuildStep[], look: Look = NOWHERE): CheckVerdict {
  const bad: BenchItem[] = [];
  const weak: BenchItem[] = [];
  const unseen: BenchItem[] = [];
  for (const step of steps) {
    const told = toldBy(
      step,
      look,
      (command) => installsOf(command, look) !== undefined || unfixed(command) !== undefined,
    );
    for (const { url, verified } of downloadsOf(step, told.commands)) {
      if (verified === undefined) bad.push(step.item(`${url}: neither signature nor checksum`));
      else if (verified === 'checksum') weak.push(step.item(`${url}: checksum, no signature`));
    }
    const fixedHere = checksOut(told.commands);
    if (step.keyword === 'RUN')
      for (const text of [step.text, ...step.documents, ...told.scripts])
        weak.push(...unfixedCalls(text).map((call) => step.item(call)));
    for (const command of told.commands) {
      const repositories = (pipInstallWords(command) ?? []).filter(isOpenRepository);
      weak.push(...repositories.map((repository) => step.item(`${repository.slice(0, 160)}: no commit`)));
      if (runsDownload(command)) bad.push(step.item(`runs what it downloads: ${piped(command)}`));
      const lack = unfixed(command);
      if (lack !== undefined && !(command.program === 'git' && fixedHere)) weak.push(step.item(lack));
    }
    for (const what of told.unseen) unseen.push(step.item(`${what} is not told here`));
  }
  if (bad.length > 0) return warn('what the build fetches is not verified', [...bad, ...weak]);
  if (weak.length > 0) return info('what the build fetches is fixed at best, not signed', [...weak, ...unseen]);
  return unseen.length > 0
    ? note('what some steps fetch could not be looked at', unseen)
    : pass('the steps fetch nothing unverified');
}
