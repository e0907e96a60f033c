import type { WheelSources } from '../formats/python/index.ts';

/** What is known of the wheels of one distribution, below one import package that they bring. */
export interface RecordedWheels extends WheelSources {
  /** The distribution, normalised. */
  readonly name: string;
  /** Under which name the code is imported. */
  readonly module: string;
}
