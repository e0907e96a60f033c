import { addTo } from '../../collections.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import { parseRequirement, type Requirement } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import type { Platform } from '../../model.ts';
import type { Need } from '../constraints.ts';
import { extraOf, holds, type MarkerValues, machineOf, markerValues, needOf, pythonNeeds } from '../installed/index.ts';
import { type IndexVersion, installable, type PythonIndex, type WheelTarget } from '../python/index.ts';
import { resolve } from '../resolver.ts';
import type { ProjectUnit } from './units.ts';

/**
 * What an installer takes for what a unit asks for, as versions by name. Long because it states one problem to the resolver:
 * names, candidates, what these ask for, and which more there are once all is impossible; `moved` are versions that are pinned, by normalised name, whatever its files
 * say of these names.
 */
export async function installed(
  { roots, bounds }: Pick<ProjectUnit, 'roots' | 'bounds'>,
  python: string,
  index: PythonIndex,
  platform: Platform | undefined,
  pins: ReadonlyMap<string, string>,
  moved: ReadonlyMap<string, string> = new Map(),
): Promise<ReadonlyMap<string, string> | 'impossible' | 'unknown'> {
  const values = markerValues(python, platform);
  const target = targetOf(python, platform);
  const { names, demands } = askedBy(roots, bounds, values, moved);
  const known = new Map<string, Promise<readonly string[]>>();
  const candidates = (name: string): Promise<readonly string[]> => {
    const own = extraOf(name)?.name ?? name;
    const made = known.get(own) ?? offered(own);
    known.set(own, made);
    return made;
  };
  const offered = async (name: string): Promise<readonly string[]> => {
    const needs = demands.get(name) ?? [];
    const fixed = moved.get(name) ?? pins.get(name);
    // A pin is taken although its publisher has withdrawn it, and although it is a pre-release.
    if (fixed !== undefined && needs.every((need) => need.accepts(fixed))) return [fixed];
    const suits = (listed: readonly IndexVersion[] | undefined): readonly string[] =>
      (listed ?? [])
        .map(({ version }) => version)
        .filter((version) => needs.every((need) => need.accepts(version)))
        .reverse()
        .slice(0, LIMITS.projectVersions);
    const listed = suits(await index.versions(name, target, undefined));
    if (listed.length > 0) return listed;
    // An installer builds from source what has no wheel among what is allowed.
    const sources = (await index.files(name))?.filter(({ filename }) => !filename.endsWith('.whl'));
    return suits(sources && installable(name, sources, target, undefined));
  };
  /** What versions ask of others, by the name asked for and the words. */
  const told = new Map<string, Need>();
  const needs = async (name: string, version: string): Promise<readonly Need[] | undefined> => {
    const { name: own, extra } = extraOf(name) ?? { name, extra: undefined };
    const requires = await index.requires(own, version, target);
    if (requires === 'failed') return undefined;
    const asked = pythonNeeds(requires ?? [], values, new Set(extra === undefined ? [] : [extra]), new Map());
    for (const need of asked) told.set(`${need.name}\0${need.text}`, need);
    return extra === undefined ? asked : [exactNeed(own, version), ...asked];
  };
  /** Whether there are more candidates now: those that are asked for by name, and are too old or too early to be offered unasked. */
  const widened = async (): Promise<boolean> => {
    let isWider = false;
    for (const need of told.values()) {
      const name = extraOf(need.name)?.name ?? need.name;
      const listed = await candidates(name);
      if (moved.has(name) || listed.some((version) => need.accepts(version))) continue;
      const every = installable(name, (await index.files(name)) ?? [], target, EARLY).reverse();
      const own = every.filter(({ version }) =>
        [need, ...(demands.get(name) ?? [])].every((asked) => asked.accepts(version)),
      );
      if (own.length === 0) continue;
      isWider = true;
      const more = own.slice(0, WIDER).map(({ version }) => version);
      known.set(name, Promise.resolve([...listed, ...more].sort((a, b) => pypi.compare(b, a))));
    }
    return isWider;
  };
  const effort = { left: LIMITS.improvementEffort };
  for (let round = 0; ; round++) {
    const partOf = (name: string): string | undefined => extraOf(name)?.name;
    const answer = await resolve({ names, budget: LIMITS.improvementConflicts, effort, partOf, candidates, needs });
    if (answer !== 'impossible' || round === ROUNDS || !(await widened())) return answer;
  }
}

/** A version before all: who has it is offered pre-releases as well. */
const EARLY = '0.dev0';
/** Of what a requirement allows besides the newest versions, so many are looked at. */
const WIDER = 8;
/** How often more is looked at, before nothing goes together. */
const ROUNDS = 3;

/** The names that are asked for, extras as `name[extra]`, and what is asked of each version; of those that are moved, nothing. */
function askedBy(
  roots: readonly string[],
  bounds: readonly string[],
  values: MarkerValues,
  moved: ReadonlyMap<string, string>,
): { readonly names: ReadonlySet<string>; readonly demands: ReadonlyMap<string, readonly Need[]> } {
  const meant = (text: string): Requirement[] => {
    const requirement = parseRequirement(text);
    if (requirement === undefined || requirement.url !== undefined) return [];
    return requirement.marker === undefined || holds(requirement.marker, values) ? [requirement] : [];
  };
  const asked = roots.flatMap(meant);
  const demands = new Map<string, Need[]>();
  for (const requirement of [...asked, ...bounds.flatMap(meant)]) {
    const need = needOf(requirement);
    if (need !== undefined && !moved.has(need.name)) addTo(demands, need.name, need);
  }
  const names = asked.flatMap(({ name, extras }) => {
    const own = pypi.normalize(name);
    return [own, ...extras.map((extra) => `${own}[${pypi.normalize(extra)}]`)];
  });
  return { names: new Set(names), demands };
}

const exactNeed = (name: string, version: string): Need => ({
  name,
  text: `${name}==${version}`,
  accepts: (candidate) => candidate === version,
});

/** What wheels have to be for. */
export const targetOf = (python: string, platform: Platform | undefined): WheelTarget => ({
  python,
  machine: machineOf(platform),
  musl: false,
});
