import { EXPOSURE_CLASSES, type Exposure, type ExposureClass, type Package } from '../model.ts';

/** The nearest that any of these packages comes to what the container runs; undefined where that was not asked, or could not be. */
export function nearestClass(packages: readonly Pick<Package, 'exposure'>[]): ExposureClass | undefined {
  const classes = packages.flatMap(({ exposure }) => exposure?.class ?? []);
  return EXPOSURE_CLASSES.find((one) => classes.includes(one));
}

/** The same, with the way to it. */
export function nearestExposure(packages: readonly Pick<Package, 'exposure'>[]): Exposure | undefined {
  const one = nearestClass(packages);
  return packages.find(({ exposure }) => exposure?.class === one)?.exposure;
}

/** Whether it is code that the container loads when it starts, or can load. */
export const isWithinReach = (one: ExposureClass | undefined): boolean => one === 'loaded' || one === 'importable';

/**
 * Whether a gate or goal on loaded code (`importable`: on code that can be loaded) is about a package. What cannot be told counts as near:
 * nothing is let pass for want of a start command.
 */
export const mayBeLoaded = ({ exposure }: Pick<Package, 'exposure'>, importable: boolean): boolean =>
  exposure === undefined ||
  exposure.class === 'unknown' ||
  exposure.class === 'loaded' ||
  (importable && exposure.class === 'importable');

/** The class and the way to it, in one line: `loaded: CMD -> /usr/bin/python3.9 -> /usr/lib/libwebp.so.7`. */
export function exposureInWords({ class: one, chain = [] }: Exposure): string {
  const [first] = chain;
  return first === undefined ? one : `${one}: ${[first.how, ...chain.map(({ path }) => `/${path}`)].join(' -> ')}`;
}

/** The nearest first; what cannot be told stands before what is known to be far. */
export const distance = (one: ExposureClass | undefined): number =>
  one === undefined ? ORDER.length : ORDER.indexOf(one);

const ORDER: readonly ExposureClass[] = ['loaded', 'importable', 'callable', 'unknown', 'present', 'not-code'];
