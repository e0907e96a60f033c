/** What runs in a container or would run in an image, as far as machine learning is concerned. */

import type { EngineContainer } from '../engine/index.ts';
import { containerCommand, environmentOf, type HostPort, hostPorts } from '../engine/index.ts';
import { containerName } from '../facts.ts';
import type { ImageFacts } from '../image/index.ts';

/** A container, or an image as a container of it would start. */
export interface Workload {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  /** USER of the configuration. */
  readonly user: string;
  readonly image: string;
  /** Published ports; none for an image. */
  readonly ports: readonly HostPort[];
  readonly container?: EngineContainer;
}

/** A running container. */
export const workloadOf = (container: EngineContainer): Workload => ({
  name: containerName(container),
  command: containerCommand(container),
  environment: environmentOf(container.Config?.Env),
  user: container.Config?.User ?? '',
  image: container.Config?.Image ?? '',
  ports: hostPorts(container),
  container,
});

/** An image as it starts without arguments. */
export const imageWorkload = ({ name, config: { run } }: ImageFacts): Workload => ({
  name,
  command: [...(run.Entrypoint ?? []), ...(run.Cmd ?? [])],
  environment: environmentOf(run.Env),
  user: run.User ?? '',
  image: name,
  ports: [],
});

/** A server that machine learning brings, and the ports it listens on. */
export interface MlServer {
  readonly name: string;
  /** In a command line or image name. */
  readonly sign: RegExp;
  readonly ports: readonly number[];
  /** Ports that are this server's even where nothing else says so. */
  readonly telling: readonly number[];
  /** What an open port gives away. */
  readonly danger: string;
}

/** Each of these answers everybody unless told otherwise. */
export const ML_SERVERS: readonly MlServer[] = [
  {
    name: 'Jupyter',
    sign: /jupyter|start-notebook|start-singleuser|start\.sh/,
    ports: [8888],
    telling: [8888],
    danger: 'a shell in the browser',
  },
  {
    name: 'Ray',
    sign: /\bray\b|rayproject/,
    ports: [6379, 8265, 10001, 8000],
    telling: [8265, 10001],
    danger: 'its job API runs any code, without authentication',
  },
  {
    name: 'MLflow',
    sign: /mlflow/,
    ports: [5000, 5001],
    telling: [],
    danger: 'experiments, models and artifacts can be read and replaced',
  },
  {
    name: 'TensorBoard',
    sign: /tensorboard/,
    ports: [6006],
    telling: [6006],
    danger: 'it shows logs and data without authentication',
  },
  {
    name: 'Triton',
    sign: /tritonserver|triton-inference/,
    ports: [8000, 8001, 8002],
    telling: [],
    danger: 'its model control API loads and unloads models',
  },
  {
    name: 'TorchServe',
    sign: /torchserve|model-server/,
    ports: [8080, 8081, 8082, 7070, 7071],
    telling: [8081],
    danger: 'its management API loads models from any address',
  },
  {
    name: 'TensorFlow Serving',
    sign: /tensorflow_model_server|tensorflow\/serving/,
    ports: [8500, 8501],
    telling: [8501],
    danger: 'models answer everybody',
  },
  { name: 'vLLM', sign: /vllm/, ports: [8000], telling: [], danger: 'models answer everybody unless --api-key is set' },
  {
    name: 'Ollama',
    sign: /ollama/,
    ports: [11434],
    telling: [11434],
    danger: 'models can be pulled, pushed and deleted by everybody',
  },
  {
    name: 'Dask',
    sign: /dask|distributed\.cli/,
    ports: [8786, 8787],
    telling: [8786, 8787],
    danger: 'its scheduler runs any code, without authentication',
  },
  {
    name: 'Spark',
    sign: /spark/,
    ports: [7077, 8080, 4040],
    telling: [7077],
    danger: 'its master runs any code, without authentication',
  },
  { name: 'Gradio', sign: /gradio/, ports: [7860], telling: [7860], danger: 'the application answers everybody' },
  { name: 'Label Studio', sign: /label-studio/, ports: [8080], telling: [], danger: 'data can be read' },
];

/** The servers that a workload is, by its command and image name. */
export const serversOf = (workload: Workload): MlServer[] => {
  const text = `${workload.command.join(' ')} ${workload.image}`.slice(0, 16_384).toLowerCase();
  return ML_SERVERS.filter((server) => server.sign.test(text));
};

/** True for notebooks and the frameworks that train: by command, image name, or what the base images set. */
export function isMachineLearning(workload: Workload): boolean {
  if (serversOf(workload).length > 0) return true;
  const { environment } = workload;
  if (
    environment.has('NVIDIA_VISIBLE_DEVICES') ||
    environment.has('CUDA_VERSION') ||
    environment.has('CONDA_DEFAULT_ENV')
  )
    return true;
  return /\b(?:torch|pytorch|tensorflow|keras|jax|deepspeed|accelerate|transformers|cuda|nvidia|sagemaker|huggingface|llama|notebook)/i.test(
    `${workload.command.join(' ')} ${workload.image}`.slice(0, 16_384),
  );
}
