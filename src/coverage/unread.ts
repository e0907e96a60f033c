import { DECLARATIONS, type Risk, type RiskCategory, type Unknown } from '../model.ts';

/** Files that could not be read whole: one that two analyzers gave up is one. */
export function filesUnread(unknowns: readonly Unknown[]): number {
  const files = new Set<string>();
  let nameless = 0;
  for (const { path, analyzer, layer } of unknowns) {
    if (analyzer === DECLARATIONS) continue;
    if (path === '') nameless += 1;
    else files.add(`${layer} ${path}`);
  }
  return files.size + nameless;
}

/** Who reads the files in which a kind of risk is found: what they could not read may hold it. Held to the analyzers by a test. */
export const RISK_READERS: Readonly<Record<RiskCategory, readonly string[]>> = {
  model: [
    ...['pickle', 'model-zip', 'model-tar', 'compressed-model', 'numpy-array', 'keras-h5', 'tensorflow-graph'],
    ...[
      'onnx',
      'gguf',
      'safetensors',
      'huggingface',
      'keras-json',
      'mlflow',
      'model-settings',
      'tensorflow-text',
      'unread-model',
      'appended-zip',
      'core-ml',
      'paddle',
      'paddle-pir',
      'r-object',
    ],
  ],
  secret: ['secrets', 'system-secrets'],
  notebook: ['notebook'],
  configuration: ['jupyter-config', 'image-config', 'configuration', 'python-path-file'],
};

/**
 * What is told of a model whose reading came to no end: it breaks off, is damaged, or is not as it says of itself. What stands before that is judged, and
 * nobody knows what should have come. Held to the analyzers by a test.
 */
const BROKEN_OFF: ReadonlySet<string> = new Set([
  'gguf-header-inconsistent',
  'keras-config-unread',
  'model-archive-bad-checksum',
  'model-archive-damaged',
  'model-archive-encrypted',
  'model-archive-no-directory',
  'model-archive-not-read',
  'model-archive-too-large',
  'model-incomplete',
  'onnx-incomplete',
  'pickle-incomplete',
  'pickle-not-fully-read',
  'safetensors-header-inconsistent',
  'tensorflow-graph-incomplete',
]);

/** Models that could not be read whole: files that nobody could, and those whose risks say that they break off. One of both kinds is one. */
export function modelsUnread(unknowns: readonly Unknown[], risks: readonly Risk[]): number {
  const broken = risks.filter(({ rule }) => BROKEN_OFF.has(rule));
  const models = new Set(broken.map(({ evidence }) => `${evidence.layer} ${evidence.path}`));
  const others = unknowns.filter(
    ({ analyzer, layer, path }) => RISK_READERS.model.includes(analyzer) && !models.has(`${layer} ${path}`),
  );
  return models.size + filesUnread(others);
}
