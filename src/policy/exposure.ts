import { EXPOSURE_CLASSES, type ExposureClass, type Package } from '../model.ts';

/** The nearestClass that any of these packages comes to what the container runs; undefined where that was not asked, or could not be. */
export function nearestClass(packages: readonly Pick<Package, 'exposure'>[]): ExposureClass | undefined {
  const classes = packages.flatMap(({ exposure }) => exposure?.class ?? []);
  return EXPOSURE_CLASSES.find((one) => classes.includes(one));
}

/** Whether it is code that the container loads when it starts, or can load. */
export const isWithinReach = (one: ExposureClass | undefined): boolean => one === 'loaded' || one === 'importable';

/** The nearestClass first; what cannot be told stands before what is known to be far. */
export const distance = (one: ExposureClass | undefined): number =>
  one === undefined ? ORDER.length : ORDER.indexOf(one);

const ORDER: readonly ExposureClass[] = ['loaded', 'importable', 'callable', 'unknown', 'present', 'not-code'];
