import { distributionOf } from '../../ecosystems/index.ts';
import { type HistoryStep, historySteps } from '../../formats/text/index.ts';
import type { ImageConfig, OperatingSystem, Subject } from '../../model.ts';
import type { DockerfileMatch } from '../files/index.ts';
import type { BaseImage } from '../plan.ts';
import { LANGUAGE_IMAGES } from './official-images.ts';
import type { ProvenanceBase } from './provenance.ts';

/** Everything that may tell where the base image ends. */
interface BaseEvidence {
  readonly subject: Subject;
  readonly os?: OperatingSystem;
  readonly dockerfile?: DockerfileMatch;
  /** Images that were named as possible bases. */
  readonly given?: readonly Subject[];
  readonly provenance?: ProvenanceBase;
}

const NAME = 'org.opencontainers.image.base.name';
const DIGEST = 'org.opencontainers.image.base.digest';

/**
 * Which of an image's layers are its base's, and what that is called: the best proof there is. Layers that equal those of an image
 * that was given prove both; a Dockerfile and the history prove the border and tell the name; annotations, labels and build
 * provenance tell the name; without any of these the history's gaps in time suggest a border.
 * https://github.com/opencontainers/image-spec/blob/main/annotations.md
 */
export function baseImage(facts: BaseEvidence): BaseImage {
  const { subject, dockerfile, provenance } = facts;
  const steps = subject.config ? historySteps(subject.config) : [];
  const given = givenBase(facts);
  if (given) return given;
  const noted = annotated(subject);
  const guess = border(steps);
  if (dockerfile?.belongs && dockerfile.firstLayer !== undefined) {
    const fromScratch = dockerfile.base === 'scratch';
    return {
      ...(fromScratch ? {} : { name: dockerfile.base }),
      ...(noted?.digest === undefined ? {} : { digest: noted.digest }),
      layers: fromScratch ? 0 : dockerfile.firstLayer,
      by: 'dockerfile',
      evidence: [
        `line ${dockerfile.from.range.start.line} of the Dockerfile: FROM ${dockerfile.base}`,
        ...dockerfile.evidence.slice(0, 1),
      ],
    };
  }
  const named =
    noted ??
    (provenance && {
      name: provenance.name,
      digest: provenance.digest,
      by: 'provenance' as const,
      said: provenance.said,
    });
  if (named)
    return {
      name: named.name,
      ...(named.digest === undefined ? {} : { digest: named.digest }),
      layers: guess?.layers ?? 0,
      by: named.by,
      evidence: [named.said, ...(guess ? [guess.said] : [])],
    };
  if (!guess)
    return { layers: 0, by: 'unknown', evidence: ['neither annotations nor history tell where a base image ends'] };
  const name = suggestedName(steps.slice(0, guess.step), subject.config, facts.os);
  return {
    ...(name === undefined ? {} : { name }),
    layers: guess.layers,
    by: 'history',
    evidence: [guess.said, ...(name === undefined ? [] : [`its variables and release suggest ${name}`])],
  };
}

function givenBase({ subject, given = [] }: BaseEvidence): BaseImage | undefined {
  const own = subject.layers.map(({ diffID }) => diffID);
  const fitting = given
    .filter(({ layers }) => layers.length > 0 && layers.length <= own.length)
    .filter(({ layers }) => layers.every(({ diffID }, index) => diffID === own[index]))
    .sort((a, b) => b.layers.length - a.layers.length)[0];
  if (!fitting) return undefined;
  return {
    name: fitting.name,
    ...(fitting.digest === undefined ? {} : { digest: fitting.digest }),
    layers: fitting.layers.length,
    by: 'given',
    evidence: [`the first ${fitting.layers.length} layers are those of ${fitting.name}`],
  };
}

function annotated(
  subject: Subject,
): { name: string; digest: string | undefined; by: 'annotation' | 'label'; said: string } | undefined {
  const annotations = subject.annotations;
  const labels = subject.config?.run.Labels ?? undefined;
  for (const [by, source] of [
    ['annotation', annotations],
    ['label', labels],
  ] as const) {
    const name = source && Object.hasOwn(source, NAME) ? source[NAME] : undefined;
    if (!source || !name) continue;
    const digest = Object.hasOwn(source, DIGEST) ? source[DIGEST] : undefined;
    return { name, digest, by, said: `${by} ${NAME}` };
  }
  return undefined;
}

const HOUR_MS = 3_600_000;
/** Steps of one build follow each other within hours. */
const PAUSE_MS = 6 * HOUR_MS;

interface Border {
  readonly layers: number;
  /** Index of the first step that is not the base's. */
  readonly step: number;
  readonly said: string;
}

/** The last long pause between two steps; else the last CMD that more layers follow, which ended an image once. */
function border(steps: readonly HistoryStep[]): Border | undefined {
  for (let index = steps.length - 1; index > 0; index--) {
    const [before, after] = [steps[index - 1]?.created, steps[index]?.created];
    const pause = before && after ? Date.parse(after) - Date.parse(before) : 0;
    if (pause < PAUSE_MS || !steps.slice(index).some(({ layer }) => layer !== undefined)) continue;
    const days = Math.round(pause / (24 * HOUR_MS));
    const how = days > 0 ? `${days} day${days === 1 ? '' : 's'}` : `${Math.round(pause / HOUR_MS)} hours`;
    return at(
      steps,
      index,
      `${how} lie between step ${index} of the history (${before?.slice(0, 10)}) and step ${index + 1} (${after?.slice(0, 10)})`,
    );
  }
  for (let index = steps.length - 2; index >= 0; index--)
    if (steps[index]?.keyword === 'CMD' && steps.slice(index + 1).some(({ layer }) => layer !== undefined))
      return at(
        steps,
        index + 1,
        `step ${index + 1} of the history, ${steps[index]?.createdBy.slice(-60)}, ended an image`,
      );
  return undefined;
}

function at(steps: readonly HistoryStep[], step: number, said: string): Border | undefined {
  const layers = steps.slice(0, step).filter(({ layer }) => layer !== undefined).length;
  return layers === 0 ? undefined : { layers, step, said };
}

function suggestedName(
  steps: readonly HistoryStep[],
  config: ImageConfig | undefined,
  os: OperatingSystem | undefined,
): string | undefined {
  const variables = steps.filter(({ keyword }) => keyword === 'ENV').map(({ argument }) => argument);
  for (const [variable, image] of LANGUAGE_IMAGES) {
    const value = variables.find((argument) => argument.startsWith(`${variable}=`))?.slice(variable.length + 1);
    if (value === undefined || !(config?.run.Env ?? []).includes(`${variable}=${value}`)) continue;
    const { images } = distributionOf(os)?.system ?? {};
    const release = os && (images === undefined ? os.codename : images.release(os));
    // The full variants stand on buildpack-deps, which installs compilers and headers by the dozen.
    const slim = images?.slim && !steps.some(({ argument }) => /\b(?:imagemagick|libmagickcore-dev)\b/.test(argument));
    return `${image}:${value}${release ? `-${slim ? 'slim-' : ''}${release}` : ''}`;
  }
  const own = distributionOf(os)?.system?.images?.own;
  return own === undefined || !os?.versionId ? undefined : `${own}:${os.versionId}`;
}
