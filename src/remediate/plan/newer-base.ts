import type { Finding, Subject } from '../../model.ts';
import type { BaseImage, PlannedFinding, PlanStep } from '../plan.ts';
import { findingKeys } from '../proof.ts';
import { slimName } from './advice.ts';

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

/** An image that was scanned to stand in the base's place. */
export interface TriedBase {
  readonly name: string;
  readonly created?: string;
  readonly findings: readonly Finding[];
}

/** The step that puts an image in the base's place: what it clears of what is inherited, what both have, what it brings. */
export function triedBaseStep(
  tried: TriedBase,
  all: readonly Finding[],
  isInherited: (finding: Finding) => boolean,
  described: (findings: readonly Finding[]) => PlannedFinding[],
  line: string | undefined,
): PlanStep {
  const has = new Set(tried.findings.flatMap(findingKeys));
  const known = new Set(all.flatMap(findingKeys));
  const inherited = all.filter(isInherited);
  const stays = (finding: Finding): boolean => findingKeys(finding).some((key) => has.has(key));
  const brought = described(tried.findings.filter((finding) => !findingKeys(finding).some((key) => known.has(key))));
  return {
    id: `base-${tried.name}`,
    kind: 'base',
    title: `build on ${tried.name}${tried.created === undefined ? '' : ` of ${day(tried.created)}`}`,
    commands: [`FROM ${tried.name}`],
    changes: [],
    clears: described(inherited.filter((finding) => !stays(finding))),
    leaves: described(inherited.filter(stays)),
    brings: brought,
    risk: {
      level: 'medium',
      why: [
        brought.length === 0
          ? 'it was scanned: it has no finding that is not there today'
          : `it was scanned: it brings ${brought.length} finding${brought.length === 1 ? '' : 's'} of its own`,
        'what was installed on top is installed anew, with what the new base has',
      ],
    },
    applied: false,
    edits: line === undefined ? [] : [line],
  };
}
