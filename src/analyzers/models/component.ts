import type { PackageFact } from '../analyzer.ts';

/** The name of a file in an image: its folder and its name, since `model.safetensors` alone says nothing. */
function modelName(path: string): string {
  const parts = path.split('/');
  return parts.slice(-2).join('/');
}

/** A model file as a component of the inventory. Its version is stated by few formats; nobody publishes advisories for it. */
export function modelComponent(
  path: string,
  format: string,
  more: {
    readonly name?: string;
    readonly version?: string;
    readonly properties?: Readonly<Record<string, string>>;
  } = {},
): PackageFact {
  return {
    type: 'generic',
    name: more.name ?? modelName(path),
    version: more.version ?? '',
    certainty: more.name === undefined ? 'name' : 'content',
    properties: { kind: 'machine-learning-model', format, ...more.properties },
  };
}

/** NeMo's archives are models whatever is in them. https://docs.nvidia.com/nemo-framework/user-guide/latest/nemotoolkit/core/core.html#saving-and-loading-models */
export const nemoComponent = (path: string): readonly PackageFact[] =>
  path.endsWith('.nemo') ? [modelComponent(path, 'nemo')] : [];
