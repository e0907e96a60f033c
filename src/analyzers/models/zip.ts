import { drive } from '../../formats/cursor.ts';
import { analyzer } from '../analyzer.ts';
import { readModel } from './body.ts';
import { modelZipFacts } from './zip-facts.ts';

/**
 * Models in zips: PyTorch since 1.6, NumPy's .npz, Keras's .keras, and whatever else holds pickles. Jars and wheels
 * are left to the analyzers of their packages.
 */
export const modelZip = analyzer({
  name: 'model-zip',
  version: 12,
  // Python finds a zip by its end, behind anything: so does this, where the name says what loaders open so.
  files: ['keras', 'skops', 'mar', 'llamafile', 'pt2', 'npz'].map((extension) => `**/*.${extension}`),
  begins: 'P',
  magic: (head, entry) => head.length >= 30 && head.readUInt32BE(0) === 0x504b0304 && !isProgram(head, entry.path),
  stream: (entry) => drive((cursor) => modelZipFacts(cursor, { depth: 0, path: entry.path }, readModel), entry.size),
});

/** Names of members that loaders of models look for. */
const LOADED = /\.(?:pkl|pickle|npy|npz|pt|pth|bin|joblib|h5|keras)$|(?:^|\/)(?:config|metadata)\.json$/i;

/**
 * A Java archive that does not begin with a model's member: what `java-archives` reads looks for models as well. No loader minds any
 * other name, so wheels and documents are looked into as well.
 */
function isProgram(head: Buffer, path: string): boolean {
  if (!/\.(?:jar|war|ear|jmod|aar)$/i.test(path)) return false;
  return !LOADED.test(head.toString('latin1', 30, 30 + Math.min(head.readUInt16LE(26), 200)));
}
