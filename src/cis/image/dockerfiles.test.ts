import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../../test/bench.ts';
import { parseDockerfile } from '../../formats/text/dockerfile.ts';

/**
 * Dockerfiles of the shapes that public machine-learning projects have (none is a project's own), each with what somebody
 * says who reads it with care, of 4.1 (user), 4.2 (base), 4.3 (software), 4.6 (health), 4.7 (update), 4.8 (setuid), 4.9 (ADD),
 * 4.10 (secrets), 4.11 (packages) and 4.12 (artifacts), without a build context.
 */
const IDS = ['4.1', '4.2', '4.3', '4.6', '4.7', '4.8', '4.9', '4.10', '4.11', '4.12'];
const EXPECTED = `
airflow-ml             pass info note warn pass note pass warn info pass
arg-before-from        pass info note warn pass note pass pass pass pass
arg-without-value      note warn note warn pass note pass pass pass pass
azureml-inference      warn info note warn pass note pass pass info pass
buildkit-cache         pass info note warn pass note pass note pass pass
buildkit-ssh           warn info note warn pass note pass pass info info
byte-order-mark        pass info note warn pass note pass pass pass pass
conda-lock             pass info note warn pass note pass pass note pass
conda-multi-stage      pass info note warn pass note pass pass info note
cuda-devel             warn info warn warn pass note pass note pass pass
cuda-runtime-copy      pass info note pass pass note pass note pass pass
devcontainer           pass info note warn pass note pass pass warn warn
dgl-dataset            warn info note warn pass note pass pass warn warn
distroless             pass pass note pass pass note pass pass pass pass
escape-directive       pass info note warn pass note pass note note note
heredoc-python         warn info note warn pass note pass pass pass info
heredoc-shell          pass info note warn pass note pass pass pass pass
heredoc-two-files      pass info note warn pass note pass pass pass pass
hf-inference-token     warn info note warn pass note pass warn pass info
hf-inference           pass info note pass pass note pass note note info
hf-secret-mount        pass info note warn pass note pass pass pass pass
jupyter-scipy          note info warn warn pass note pass pass info pass
jupyter-sudo           warn info note warn pass note pass pass pass pass
kfserving              warn info note warn pass note pass pass pass pass
llama-cpp              warn info note pass pass note warn note warn warn
micromamba             warn info note warn pass note pass pass note pass
miniconda-checksum     pass info note warn pass note pass pass pass info
miniconda-script       warn info note warn pass note pass pass warn warn
mlflow-server          warn info note warn pass note pass warn pass pass
node-frontend          warn info note pass pass note pass note note note
ollama                 warn info note warn pass note pass pass pass info
onbuild-template       warn info note warn pass note pass note note pass
poetry                 warn info note warn pass note pass note warn warn
pytorch-devel-apex     warn info warn warn pass note pass pass note info
pytorch-training       warn info note warn pass note pass note note pass
r-shiny                pass info note warn pass note pass pass info pass
ray-cluster            warn info note warn pass warn pass pass note pass
sagemaker-byoc         warn info note warn pass note pass note warn warn
scratch-go             pass info note warn pass note pass note pass pass
spacy-nltk             pass info note warn pass note pass note pass info
tensorflow-gpu         warn info note warn pass note pass pass note info
tensorflow-serving     warn info note warn pass note pass note pass pass
tgi-like               warn info note warn pass note pass note note note
torchserve             pass info note warn pass note pass pass note note
triton-repository      warn info note warn pass note pass note pass pass
triton-s3              warn info note warn warn note pass warn pass info
vertex-prediction      warn warn note warn pass note pass warn pass info
vllm-like              warn info note warn pass note pass note warn warn
whisper                warn info note warn pass note pass note info info
windows-line-ends      pass info note warn pass note pass pass pass pass
`;

const folder = new URL('./fixtures/dockerfiles/', import.meta.url);
const rows = EXPECTED.trim()
  .split('\n')
  .map((line) => line.split(/\s+/))
  .map(([name = '', ...verdicts]) => ({ name, verdicts }));

describe('Dockerfiles as machine-learning projects have them', () => {
  it('are fifty, each with its verdicts', () => {
    const names = readdirSync(folder).map((file) => file.replace('.Dockerfile', ''));
    expect(names.sort()).toEqual(rows.map((row) => row.name).sort());
    expect(rows).toHaveLength(50);
  });

  it.each(rows)('$name is read without a problem, and judged as a careful person would', async ({ name, verdicts }) => {
    const dockerfile = readFileSync(new URL(`${name}.Dockerfile`, folder), 'utf8');
    // A base image that only --build-arg names is the one thing that a builder would miss.
    const problems = parseDockerfile(dockerfile).problems.map((problem) => problem.message);
    expect(problems.filter((message) => name !== 'arg-without-value' || !/base name|FROM/i.test(message))).toEqual([]);
    const actual = await Promise.all(IDS.map(async (id) => [id, (await verdictOf(id, { dockerfile })).result]));
    expect(actual).toEqual(IDS.map((id, index) => [id, verdicts[index]]));
  });
});
