/** One target of each kind, with the same packages and risks in all but the project, and a small machine to scan them on. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inventoryCommand } from '../src/commands/inventory.ts';
import { runCommand } from './command.ts';
import { blobs, layer } from './image.ts';
import { startRegistry } from './registry.ts';
import { dockerArchive, ociFiles, writeFiles } from './saved.ts';
import { debian, type SmallMachine, smallMachine, stanza, wheelFiles } from './small-machine.ts';

export const KINDS = ['dir', 'archive', 'oci', 'registry', 'sbom', 'project'] as const;
export type Kind = (typeof KINDS)[number];

export interface TargetKinds {
  readonly machine: SmallMachine;
  readonly targets: ReadonlyMap<Kind, string>;
  close(): Promise<void>;
}

const FILES = {
  ...debian(stanza('openssl', '1.1.1n-0+deb11u3'), stanza('openjpeg2', '2.4.0-3')),
  ...wheelFiles('setuptools', '58.1.0'),
  // Loading it runs a command.
  'opt/model.pkl': Buffer.from('cposix\nsystem\n(S"id"\ntR.'),
};

/** The targets; the registry's is reached with `--insecure`. */
export async function targetKinds(): Promise<TargetKinds> {
  const machine = await smallMachine();
  const image = blobs(layer(FILES));
  const registry = await startRegistry();
  registry.push('team/model', '1', image);
  const dir = machine.root('all', FILES);
  const { environment } = machine;
  const bom = await runCommand(inventoryCommand, [dir, '-f', 'cyclonedx'], { environment, caught: true });
  const project = join(machine.folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'requirements.txt'), 'setuptools==58.1.0\nrequests>=2\n');
  return {
    machine,
    targets: new Map([
      ['dir', dir],
      ['archive', machine.file('image.tar', dockerArchive(image))],
      ['oci', `oci:${writeFiles(join(machine.folder, 'layout'), ociFiles(image))}`],
      ['registry', `registry:${registry.host}/team/model:1`],
      ['sbom', machine.file('bom.cdx.json', bom.text)],
      ['project', `project:${project}`],
    ]),
    async close() {
      await registry.close();
      machine.close();
    },
  };
}
