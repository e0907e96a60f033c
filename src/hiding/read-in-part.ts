import type { ReadImage } from '../layers/read-image.ts';
import { TIME_OVER } from '../model.ts';

/** Whether the time for reading the image was over before all was read: that something is missing then proves nothing. */
export const isReadInPart = ({ indexes, facts }: Pick<ReadImage, 'indexes' | 'facts'>): boolean =>
  [...indexes.flatMap(({ unknowns }) => unknowns), ...facts].some(({ analyzer }) => analyzer === TIME_OVER);
