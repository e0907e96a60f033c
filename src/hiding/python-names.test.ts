import { expect, it } from 'vitest';
import { importedFrom, isKnownToBring } from './python-names.ts';

it.each([
  ['PIL', 'pillow'],
  ['websocket', 'websocket-client'],
  ['flask_cors', 'flask-cors'],
  ['IPython', 'ipython'],
  ['google', ''],
])('what is imported as %s is the distribution "%s"', (module, name) => {
  expect(importedFrom(module)).toBe(name);
});

// Distributions of the package index.
it.each([
  ['opencv-contrib-python-headless', 'cv2'],
  ['psycopg2-binary', 'psycopg2'],
  ['Pillow-SIMD', 'PIL'],
  ['tensorflow-cpu', 'tensorflow'],
  ['onnxruntime-gpu', 'onnxruntime'],
  ['faiss-cpu', 'faiss'],
  ['mlflow-skinny', 'mlflow'],
  ['Flask_Cors', 'flask_cors'],
  ['apache-airflow-core', 'airflow'],
  ['pycrypto', 'Crypto'],
])('%s is known to bring %s', (distribution, module) => {
  expect(isKnownToBring(distribution, module)).toBe(true);
});

it.each([
  ['acme-requests', 'requests'],
  ['requests-oauthlib', 'requests'],
  ['requests2', 'requests'],
  ['x', 'yaml'],
])('%s is not known to bring %s', (distribution, module) => {
  expect(isKnownToBring(distribution, module)).toBe(false);
});
