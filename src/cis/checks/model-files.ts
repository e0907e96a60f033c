/** Models and credentials among mounts and files. */

import type { BenchItem } from '../check.ts';
import type { ContainerMount } from '../engine/index.ts';
import { parseAccounts } from '../host/index.ts';
import type { ImageFacts } from '../image/index.ts';
import { secretFile } from '../image/index.ts';
import { mapped, type Reading } from '../reading.ts';
import { serversOf, type Workload } from './workloads.ts';

const MODEL_FOLDER =
  /(?:^|\/)(?:models?|model[-_](?:store|repository|repo|zoo|cache)|checkpoints?|weights|mlruns|mlartifacts)(?:\/|$)/i;

/** The mounts of a container that hold its models, by name or by an option of the server. */
function modelPlaces(workload: Workload): { readonly mount: ContainerMount; readonly named: boolean }[] {
  const text = workload.command.join(' ');
  const options = [
    /--model[-_](?:repository|store|base-path|base_path|path)[= ](\S+)/.exec(text)?.[1],
    /--model[= ](\/\S+)/.exec(text)?.[1],
  ];
  return (workload.container?.Mounts ?? []).flatMap((mount) => {
    const target = mount.Destination ?? '';
    const named = options.some((path) => path !== undefined && (path === target || path.startsWith(`${target}/`)));
    return named || MODEL_FOLDER.test(target) ? [{ mount, named }] : [];
  });
}

/** How many mounts of a container hold models. */
export const modelFolders = (workload: Workload): number => modelPlaces(workload).length;

/** Writable mounts of a serving container that hold its models. A training container has to write its checkpoints. */
export function modelMounts(workload: Workload): string[] {
  const serves = serversOf(workload).some(
    (server) => !['Jupyter', 'Ray', 'Dask', 'Spark', 'TensorBoard'].includes(server.name),
  );
  const trains = /train|finetune|fit/i.test(workload.command.join(' '));
  return modelPlaces(workload)
    .filter(({ mount, named }) => mount.RW !== false && (named || serves || !trains))
    .map(({ mount }) => `${mount.Source} at ${mount.Destination} is writable`);
}

const MODEL_FILE =
  /\.(?:pt|pth|ckpt|pkl|pickle|joblib|h5|hdf5|keras|onnx|safetensors|gguf|ggml|pb|tflite|engine|plan|mar|npz|bin)$/i;
/** `.bin` and `.pb` and pickles mean a model only where models are. */
const VAGUE = /\.(?:bin|pb|pkl|pickle|npz|engine|plan|h5|hdf5)$/i;

const isModel = (path: string) => MODEL_FILE.test(path) && (!VAGUE.test(path) || MODEL_FOLDER.test(path));

/** Model files of an image: how many there are, and which of them everybody, or the user it runs as, may overwrite. */
export async function writableModels(
  image: ImageFacts,
): Promise<Reading<{ readonly models: number; readonly writable: readonly BenchItem[] }>> {
  const files = await image.files();
  const uid = await userId(image);
  return mapped(files, (list) => {
    const items: BenchItem[] = [];
    let models = 0;
    for (const { path, entry, visible } of list) {
      if (!visible || entry.type !== 'file' || !isModel(path)) continue;
      models++;
      const everybody = (entry.mode & 0o002) !== 0;
      const itself = uid !== undefined && uid !== 0 && entry.uid === uid && (entry.mode & 0o200) !== 0;
      if (!everybody && !itself) continue;
      const who = everybody ? 'everybody' : `the user it runs as (uid ${uid})`;
      items.push({
        subject: image.name,
        detail: `/${path}: writable for ${who} (mode ${entry.mode.toString(8)})`,
        path: `/${path}`,
      });
    }
    return { models, writable: items };
  });
}

async function userId(image: ImageFacts): Promise<number | undefined> {
  const name = (image.config.run.User ?? '').split(':')[0]!;
  if (name === '') return 0;
  if (/^\d+$/.test(name)) return Number(name);
  const passwd = await image.read('etc/passwd');
  return passwd.ok ? parseAccounts(passwd.value).find((account) => account.name === name)?.uid : undefined;
}

/** Folders that hold a person's credentials whole. */
const CREDENTIAL_FOLDERS: readonly { readonly what: string; readonly path: RegExp }[] = [
  { what: 'AWS credentials', path: /\/\.aws$/ },
  { what: 'Google Cloud credentials', path: /\/\.config\/gcloud$/ },
  { what: 'Azure credentials', path: /\/\.azure$/ },
  { what: 'Kubernetes credentials', path: /\/\.kube$|^\/etc\/kubernetes(?:\/admin\.conf)?$/ },
  { what: 'SSH keys', path: /\/\.ssh$/ },
  { what: 'GPG keys', path: /\/\.gnupg$/ },
  { what: 'Docker registry credentials', path: /\/\.docker$/ },
  { what: 'Hugging Face token', path: /\/\.(?:cache\/)?huggingface$/ },
  { what: 'Kaggle token', path: /\/\.kaggle$/ },
  { what: 'a whole home folder', path: /^\/(?:root|home\/[^/]+)$/ },
  { what: 'an SSH agent', path: /\/ssh-\w+\/agent\.\d+$/ },
];

const certainly = (path: string): string | undefined => {
  const file = secretFile(path);
  return file?.certain ? file.what : undefined;
};

/** Mounts that hand over credentials, read-only ones too. */
export function credentialMounts({ container }: Workload): string[] {
  return (container?.Mounts ?? []).flatMap((mount) => {
    if (mount.Type === 'tmpfs' || mount.Type === 'volume') return [];
    const source = (mount.Source ?? '').replace(/(?<=.)\/$/, '');
    const what = CREDENTIAL_FOLDERS.find((folder) => folder.path.test(source))?.what ?? certainly(source);
    return what === undefined ? [] : [`${source}: ${what}`];
  });
}
