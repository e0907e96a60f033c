import { findingExposure } from '../matching/nearest-first.ts';
import {
  type AffectedCode,
  distance,
  type Exposure,
  type ExposureClass,
  type Finding,
  type NamedModule,
  type Package,
  type Seen,
  type StartPicture,
} from '../model.ts';

/** What the exposure of a finding rests on. */
type Exposed = Pick<Package, 'exposure'>;

/** Whether it is known that no program holds the code that an advisory names. */
export const isNotLinked = ({ code }: Pick<Finding, 'code'>): boolean => code?.present === 'no';

/**
 * The nearest that any of these comes to what the container runs; undefined where that was not asked, or could not be. One that
 * cannot be told is nearer than one that is known to be far.
 */
export function nearestExposure(exposures: readonly (Exposure | undefined)[]): Exposure | undefined {
  return exposures.reduce(
    (nearest, other) => (distance(other?.class) < distance(nearest?.class) ? other : nearest),
    exposures[0],
  );
}

/** Whether it is code that the container loads when it starts, or can load. */
export const isWithinReach = (exposure: ExposureClass | undefined): boolean =>
  exposure === 'loaded' || exposure === 'importable';

/**
 * Whether a gate or goal on loaded code (`importable`: on code that can be loaded) is about a finding. What cannot be told counts as near:
 * nothing is let pass for want of a start command.
 */
export function mayBeLoaded(
  finding: Pick<Finding, 'code'> & { readonly package: Exposed },
  importable: boolean,
): boolean {
  const exposure = findingExposure(finding);
  return (
    exposure === undefined ||
    exposure.class === 'unknown' ||
    exposure.why !== undefined ||
    exposure.class === 'loaded' ||
    (importable && exposure.class === 'importable')
  );
}

/** Whether a running process was seen to have a file of it. */
export const isSeen = ({ exposure }: Pick<Package, 'exposure'>): boolean => exposure?.seen !== undefined;

/** Names told one by one. */
const NAMED = 6;
const someOf = (names: readonly string[]): string =>
  `${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? ` and ${names.length - NAMED} more` : ''}`;

/** The code that an advisory names, and whether programs hold it: `package golang.org/x/net/html linked: yes; functions html.Parse present: yes, in /usr/bin/app`. */
export function codeInWords({ imports, linked, present, functions, programs = [] }: AffectedCode): string {
  const several = imports.length > 1 ? 'packages' : 'package';
  const packages = `${several} ${someOf(imports.map(({ path }) => path))} linked: ${linked}`;
  const named = functions ?? imports.flatMap(({ symbols }) => symbols);
  const where = programs.length === 0 ? '' : `, in ${someOf(programs.map((path) => `/${path}`))}`;
  if (linked === 'no' || named.length === 0) return `${packages}${where}`;
  return `${packages}; ${named.length > 1 ? 'functions' : 'function'} ${someOf(named)} present: ${present}${where}`;
}

/** Modules that a text names: `django.utils.html (urlize, which it has): importable, lxml.html.clean: present`. */
export const namedInWords = (named: readonly NamedModule[]): string =>
  named
    .map(({ module, member, holds, class: standing }) => {
      const there = holds === undefined ? '' : holds ? ', which it has' : ', which it does not have';
      return `${module}${member ? ` (${member}${there})` : ''}: ${standing}`;
    })
    .join(', ');

/** The class and the way to it, in one line: `loaded: CMD -> /usr/bin/python3.9 -> /usr/lib/libwebp.so.7`. */
export function exposureInWords({ class: standing, chain = [], why, seen }: Exposure): string {
  const [first] = chain;
  const sight = seen === undefined ? standing : `${standing}, seen ${seenInWords(seen)}`;
  if (first === undefined && why !== undefined) return `${sight}: ${why}`;
  return first === undefined ? sight : `${sight}: ${[first.how, ...chain.map(({ path }) => `/${path}`)].join(' -> ')}`;
}

/** `mapped by python3 (process 71)`. */
const seenInWords = ({ how, by }: Seen): string =>
  `${how === 'named' ? 'named in the memory of' : how === 'open' ? 'held open by' : 'mapped by'} ${by}`;

/** What was seen of running processes, in sentences. */
export function liveInWords({ processes, files, elsewhere, examples }: NonNullable<StartPicture['live']>): string[] {
  const [first] = processes;
  const of =
    processes.length === 1 && first
      ? `process ${first.pid} (${first.command.join(' ')})`
      : `${processes.length} processes`;
  const said = [
    `${files.mapped} files mapped`,
    ...(files.open > 0 ? [`${files.open} held open`] : []),
    ...(files.named > 0 ? [`${files.named} named in memory`] : []),
  ];
  const [example] = examples;
  return [
    `Looked at ${of}: ${said.join(', ')}.`,
    ...(example === undefined
      ? []
      : [
          `${elsewhere} mapped ${elsewhere === 1 ? 'file is' : 'files are'} not of the image (from a volume, or written since the start) and not judged: /${example}${elsewhere > 1 ? ', ...' : ''}.`,
        ]),
  ];
}
