import type { Exposure, ExposureClass, Package, Seen, StartPicture } from '../model.ts';

/**
 * The nearest that any of these packages comes to what the container runs; undefined where that was not asked, or could not be. One that
 * cannot be told is nearer than one that is known to be far.
 */
export function nearestClass(packages: readonly Pick<Package, 'exposure'>[]): ExposureClass | undefined {
  const classes = packages.flatMap(({ exposure }) => exposure?.class ?? []);
  return ORDER.find((standing) => classes.includes(standing));
}

/** The same, with the way to it. */
export function nearestExposure(packages: readonly Pick<Package, 'exposure'>[]): Exposure | undefined {
  const nearest = nearestClass(packages);
  return packages.find(({ exposure }) => exposure?.class === nearest)?.exposure;
}

/** Whether it is code that the container loads when it starts, or can load. */
export const isWithinReach = (exposure: ExposureClass | undefined): boolean =>
  exposure === 'loaded' || exposure === 'importable';

/**
 * Whether a gate or goal on loaded code (`importable`: on code that can be loaded) is about a package. What cannot be told counts as near:
 * nothing is let pass for want of a start command.
 */
export const mayBeLoaded = ({ exposure }: Pick<Package, 'exposure'>, importable: boolean): boolean =>
  exposure === undefined ||
  exposure.class === 'unknown' ||
  exposure.why !== undefined ||
  exposure.class === 'loaded' ||
  (importable && exposure.class === 'importable');

/** Whether a running process was seen to have a file of it. */
export const isSeen = ({ exposure }: Pick<Package, 'exposure'>): boolean => exposure?.seen !== undefined;

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

/** The nearest first; what cannot be told stands before what is known to be far. */
export const distance = (exposure: ExposureClass | undefined): number =>
  exposure === undefined ? ORDER.length : ORDER.indexOf(exposure);

const ORDER: readonly ExposureClass[] = ['loaded', 'importable', 'callable', 'unknown', 'present', 'not-code'];
