import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scannerNamed } from '../scanners/index.ts';
import { runTarget } from './run-target.ts';

let folder: string;
const at = (name: string): string => join(folder, name);

/** A tar of empty files. */
const tar = (...names: readonly string[]): Buffer =>
  Buffer.concat([
    ...names.map((name) => {
      const header = Buffer.alloc(512);
      header.write(name, 0);
      header.write('00000000000', 124);
      header.write('ustar', 257);
      return header;
    }),
    Buffer.alloc(1024),
  ]);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-run-'));
  mkdirSync(at('layout'));
  writeFileSync(at('layout/oci-layout'), '{}');
  mkdirSync(at('rootfs'));
  writeFileSync(at('saved.tar'), tar('oci-layout', 'blobs/x', 'manifest.json'));
  writeFileSync(at('oci.tar'), tar('blobs/x', 'oci-layout', 'index.json'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the target of a scanner that is run', () => {
  const spelled = async (scanner: string, target: string): Promise<string | undefined> =>
    scannerNamed(scanner)
      .run!.arguments(await runTarget(target))
      ?.filter(
        (argument) =>
          !argument.startsWith('-') && !['json', 'vuln', 'image', 'scan', 'container', 'test'].includes(argument),
      )
      .map((argument) => argument.replace(folder, '@'))
      .join(' ');

  it('is given to each in its own spelling', async () => {
    const targets = ['saved.tar', 'oci.tar', 'layout', 'rootfs'].map(at);
    const of = async (scanner: string, all: readonly string[]) =>
      Promise.all(all.map((target) => spelled(scanner, target)));
    expect(await of('trivy', targets)).toEqual(['@/saved.tar', '@/oci.tar', '@/layout', 'rootfs @/rootfs']);
    expect(await of('grype', targets)).toEqual([
      'docker-archive:@/saved.tar',
      'oci-archive:@/oci.tar',
      'oci-dir:@/layout',
      'dir:@/rootfs',
    ]);
    expect(await of('snyk', targets)).toEqual([
      'docker-archive:@/saved.tar',
      'oci-archive:@/oci.tar',
      undefined,
      undefined,
    ]);
    expect(await of('osv-scanner', targets)).toEqual(['@/saved.tar', undefined, undefined, 'source @/rootfs']);
    expect(scannerNamed('trivy').run!.arguments(await runTarget(at('saved.tar')))).toContain('--input');
  });

  it('keeps a name as it is, and a scheme as the scanner has it', async () => {
    const targets = ['python:3.9', 'docker:my-model:1', 'registry:python:3.9', 'podman:x'];
    expect(await Promise.all(targets.map((target) => spelled('grype', target)))).toEqual([
      'python:3.9',
      'docker:my-model:1',
      'registry:python:3.9',
      'podman:x',
    ]);
    expect(await Promise.all(targets.map((target) => spelled('trivy', target)))).toEqual([
      'python:3.9',
      'docker my-model:1',
      'remote python:3.9',
      'podman x',
    ]);
  });
});
