import type { Cursor, Steps } from '../../formats/cursor.ts';
import type { PickleOptions } from '../../formats/models/index.ts';
import type { Fact } from '../analyzer.ts';

/** What a body is, of the things that loaders of models accept inside each other. */
export type ModelKind = 'pickle' | 'npy' | 'zip' | 'hdf5' | 'tar' | 'gguf' | 'onnx' | 'safetensors';

/** Where a body lies and how it is to be read. */
export interface ModelPlace {
  /** Member of the archive, absent for the file itself. */
  readonly where?: string;
  /** Of the file in the image, where the body is that file. */
  readonly path?: string;
  /** How many archives it lies in. */
  readonly depth: number;
  readonly pickle?: Partial<PickleOptions>;
}

/** What reading a body came to. */
export interface ModelReading {
  /** Absent: it is no model. */
  readonly kind: ModelKind | undefined;
  readonly facts: readonly Fact[];
}

/** Reads a body of whatever kind it turns out to be. */
export type ReadModel = (cursor: Cursor, place: ModelPlace) => Steps<ModelReading>;
