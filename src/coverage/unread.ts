import { DECLARATIONS, type RiskCategory, type Unknown } from '../model.ts';

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

/** Models among the files that could not be read whole. */
export const modelsUnread = (unknowns: readonly Unknown[]): number =>
  filesUnread(unknowns.filter(({ analyzer }) => RISK_READERS.model.includes(analyzer)));
