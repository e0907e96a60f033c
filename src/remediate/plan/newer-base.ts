import type { Finding, Subject } from '../../model.ts';
import { slimName } from '../bases/index.ts';
import type { BaseComparison, BaseImage, PlannedFinding, PlanStep } from '../plan.ts';
import { findingKeys } from '../proof.ts';

/** What a registry says of the tag that an image was built on. */
export interface NewerBase {
  /** True: the tag holds other layers now than those that this image stands on. */
  readonly rebuilt: boolean;
  readonly said: string;
}

const day = (created: string | undefined): string => (created === undefined ? 'an unknown day' : created.slice(0, 10));

/** Compares the layers that an image stands on with those that the base's tag has today. */
export function newerBase(subject: Subject, base: BaseImage, today: Subject): NewerBase {
  const own = subject.layers.slice(0, base.layers).map(({ diffID }) => diffID);
  const same =
    own.length > 0 &&
    today.layers.length === own.length &&
    today.layers.every(({ diffID }, index) => diffID === own[index]);
  const name = base.name ?? today.name;
  return same
    ? {
        rebuilt: false,
        said: `${name} has not been rebuilt since ${day(today.created)}: building anew changes nothing of it`,
      }
    : { rebuilt: true, said: `${name} was rebuilt on ${day(today.created)}: build anew on it` };
}

/** The tag without compilers and headers of a base in the family of the official language images; undefined for others. */
export function slimVariant({ name }: BaseImage): string | undefined {
  if (name === undefined || /slim|alpine/.test(name) || name.includes('@')) return undefined;
  return /^(?:docker\.io\/library\/)?(?:python|node|ruby|rust):/.test(name) ? slimName(name) : undefined;
}

/** An image that may stand in the base's place. */
export interface TriedBase {
  readonly name: string;
  /** `named` by the user; the same tag `rebuilt`; a `newer` patch, a `slim` or `hardened` variant of the same version. */
  readonly kind: 'named' | 'rebuilt' | 'newer' | 'slim' | 'hardened';
  readonly created?: string;
  /** Bytes of its layers as they are stored. */
  readonly stored?: number;
  /** Absent: it was not scanned, since nobody named it and it is large. */
  readonly findings?: readonly Finding[];
  readonly comparison?: BaseComparison;
}

const TITLES: Readonly<Record<TriedBase['kind'], string>> = {
  named: 'build on',
  rebuilt: 'build anew on',
  newer: 'build on the newest patch,',
  slim: 'build on the variant without compilers and headers,',
  hardened: 'build on the hardened variant,',
};

const SHOWN = 4;

const listed = (used: BaseComparison['missingPrograms']): string =>
  `${used
    .slice(0, SHOWN)
    .map(({ name, by }) => `${name} (${by})`)
    .join(', ')}${used.length > SHOWN ? ` and ${used.length - SHOWN} more` : ''}`;

/** What a base lacks, and what it weighs, in sentences. */
function compared({ missingLibraries, missingPrograms, unpacked, sent, isCut }: BaseComparison): string[] {
  const lacks = [
    ...(missingLibraries.length > 0
      ? [`it lacks libraries that the image is linked to: ${listed(missingLibraries)}`]
      : []),
    ...(missingPrograms.length > 0 ? [`it lacks programs that are called: ${listed(missingPrograms)}`] : []),
  ];
  const size = `the base's size: ${megabytes(unpacked.before)} now, ${megabytes(unpacked.after)} then${
    sent === undefined ? '' : ` (${megabytes(sent.before)} and ${megabytes(sent.after)} as a registry sends them)`
  }`;
  return [
    ...(lacks.length > 0
      ? lacks
      : ['it has every library that the image is linked to and every program that is called']),
    ...(isCut ? ['not all programs of the image were asked what they are linked to'] : []),
    size,
  ];
}

const megabytes = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${Math.round(bytes / 1e6)} MB`;

/** The step that puts an image in the base's place: what it clears of what is inherited, what both have, what it brings and lacks. */
export function triedBaseStep(
  tried: TriedBase,
  all: readonly Finding[],
  isInherited: (finding: Finding) => boolean,
  described: (findings: readonly Finding[]) => PlannedFinding[],
  line: string | undefined,
): PlanStep {
  const title = `${TITLES[tried.kind]} ${tried.name}${tried.created === undefined ? '' : ` of ${day(tried.created)}`}`;
  const edits = line === undefined ? [] : [line];
  const commands = [tried.kind === 'rebuilt' ? 'docker build --pull --no-cache .' : `FROM ${tried.name}`];
  const same = { id: `base-${tried.name}`, kind: 'base' as const, title, changes: [], applied: false, edits };
  if (tried.findings === undefined) {
    const cost = tried.stored === undefined ? 'it is large' : `${megabytes(tried.stored)} to fetch`;
    const ask = `# plimsoll fix ... --try-base ${tried.name} scans it and says what it clears and lacks`;
    return {
      ...same,
      commands: [...commands, ask],
      clears: [],
      leaves: [],
      brings: [],
      risk: { level: 'medium', why: [`it was not scanned (${cost})`] },
    };
  }
  const has = new Set(tried.findings.flatMap(findingKeys));
  const known = new Set(all.flatMap(findingKeys));
  const inherited = all.filter(isInherited);
  const stays = (finding: Finding): boolean => findingKeys(finding).some((key) => has.has(key));
  const brought = described(tried.findings.filter((finding) => !findingKeys(finding).some((key) => known.has(key))));
  const { comparison } = tried;
  const lacks = comparison !== undefined && comparison.missingLibraries.length + comparison.missingPrograms.length > 0;
  return {
    ...same,
    commands,
    clears: described(inherited.filter((finding) => !stays(finding))),
    leaves: described(inherited.filter(stays)),
    brings: brought,
    risk: {
      level: lacks ? 'high' : tried.kind === 'rebuilt' ? 'low' : 'medium',
      why: [
        brought.length === 0
          ? 'it was scanned: it has no finding that is not there today'
          : `it was scanned: it brings ${brought.length} finding${brought.length === 1 ? '' : 's'} of its own`,
        ...(comparison === undefined ? [] : compared(comparison)),
        'what was installed on top is installed anew, with what the new base has',
      ],
    },
    ...(comparison === undefined ? {} : { base: comparison }),
  };
}
