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
  version: 7,
  // Keras finds a zip by its end, behind anything: so does this, where the name says Keras.
  files: ['**/*.keras'],
  magic: (head, entry) => head.length >= 30 && head.readUInt32BE(0) === 0x504b0304 && !isProgram(head, entry.path),
  stream(entry) {
    const reader = drive((cursor) => modelZipFacts(cursor, { depth: 0, path: entry.path }, readModel), entry.size);
    return { push: (chunk, offset) => reader.push(chunk, offset), end: () => reader.end() };
  },
});

/** Names of members that loaders of models look for. */
const LOADED = /\.(?:pkl|pickle|npy|npz|pt|pth|bin|joblib|h5|keras)$|(?:^|\/)(?:config|metadata)\.json$/i;

/** A Java archive that does not begin with a model's member, or another package or document in a zip. */
function isProgram(head: Buffer, path: string): boolean {
  if (!/\.(?:jar|war|ear|jmod|aar)$/i.test(path))
    return /\.(?:whl|egg|docx|xlsx|pptx|odt|ods|odp|vsix|xpi|nupkg)$/i.test(path);
  return !LOADED.test(head.toString('latin1', 30, 30 + Math.min(head.readUInt16LE(26), 200)));
}
