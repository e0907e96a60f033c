import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifact, blobOf, statement } from '../../test/attested.ts';
import { runCommand } from '../../test/command.ts';
import { blobs, layer } from '../../test/image.ts';
import { startRegistry, type TestRegistry } from '../../test/registry.ts';
import { debian, type SmallMachine, smallMachine, stanza } from '../../test/small-machine.ts';
import type { CommandModule } from '../commands/command.ts';
import { compareCommand } from '../commands/compare.ts';
import { diffCommand } from '../commands/diff.ts';
import { explainCommand } from '../commands/explain.ts';
import { fixCommand } from '../commands/fix.ts';
import { OPTIONS } from '../commands/options/index.ts';
import { scanCommand } from '../commands/scan.ts';
import { verifyCommand } from '../commands/verify.ts';

const IMAGE = blobs(layer(debian(stanza('openssl', '1.1.1n-0+deb11u4'))));
const EMPTY = blobs(layer(debian(stanza('zlib', '1:1.2.11.dfsg-2'))));
const CVE = 'CVE-2023-0464';
const OPENVEX = 'https://openvex.dev/ns/v0.2.0';
const VEX = {
  '@context': OPENVEX,
  '@id': 'https://acme.example/vex/1',
  author: 'Acme',
  timestamp: '2026-01-01T00:00:00Z',
  version: 1,
  statements: [
    {
      vulnerability: { name: CVE },
      products: [
        { '@id': `pkg:oci/app@${IMAGE.manifest.digest}`, subcomponents: [{ '@id': 'pkg:deb/debian/openssl' }] },
      ],
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
    },
  ],
};

let machine: SmallMachine;
let registry: TestRegistry;
let target: string;
let unaffected: string;
let ours: string;
let anothers: string;
beforeAll(async () => {
  machine = await smallMachine();
  registry = await startRegistry();
  registry.push('team/app', 'v1', IMAGE);
  registry.push('team/other', 'v1', EMPTY);
  target = `registry:${registry.host}/team/app:v1`;
  unaffected = `registry:${registry.host}/team/other:v1`;
  const [own, stranger] = [0, 1].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }));
  ours = machine.file('ours.pub', own!.publicKey.export({ type: 'spki', format: 'pem' }));
  anothers = machine.file('anothers.pub', stranger!.publicKey.export({ type: 'spki', format: 'pem' }));
  const text = JSON.stringify(statement(OPENVEX, VEX, IMAGE.manifest.digest));
  const payloadType = 'application/vnd.in-toto+json';
  const signed = Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${text.length} ${text}`);
  const signatures = [{ keyid: '', sig: sign('sha256', signed, own!.privateKey).toString('base64') }];
  const envelope = { payloadType, payload: Buffer.from(text).toString('base64'), signatures };
  const at = { predicateType: OPENVEX, 'dev.cosignproject.cosign/signature': '' };
  const attached = artifact([[blobOf(envelope, 'application/vnd.dsse.envelope.v1+json'), at]]);
  const tag = `${IMAGE.manifest.digest.replace(':', '-')}.att`;
  registry.pushManifest('team/app', tag, attached.manifest.bytes, attached.blobs);
});
afterAll(async () => {
  await registry.close();
  machine.close();
});

async function json(command: CommandModule, args: readonly string[]) {
  const { text } = await runCommand(command, [...args, '-f', 'json'], { environment: machine.environment });
  return JSON.parse(text);
}

/** Whether each command counts the finding. */
async function counting(...flags: readonly string[]): Promise<Readonly<Record<string, boolean>>> {
  const has = (list: readonly { readonly id: string }[]): boolean => list.some(({ id }) => id === CVE);
  const without = machine.file('without.json', JSON.stringify(await json(scanCommand, [unaffected])));
  const plan = await json(fixCommand, [target, '--offline', ...flags]);
  const explained = await json(explainCommand, [CVE, target, ...flags]);
  const compared = await json(compareCommand, [target, '--lens', 'trivy', ...flags]);
  return {
    scan: has((await json(scanCommand, [target, ...flags])).findings),
    fix: has([...plan.cleared, ...plan.remaining]),
    explain: explained.packages.some(({ own }: { own: { finding: boolean } }) => own.finding),
    diff: has((await json(diffCommand, [unaffected, target, ...flags])).fresh),
    verify: has((await json(verifyCommand, [without, target, ...flags])).fresh),
    compare: compared.rows.some(
      ({ id, reportedBy }: { id: string; reportedBy: readonly { report: string }[] }) =>
        id === CVE && reportedBy.some(({ report }) => report === 'plimsoll'),
    ),
  };
}

describe('what is excepted is excepted by every command that counts findings', () => {
  const all = (counts: boolean) =>
    Object.fromEntries(['scan', 'fix', 'explain', 'diff', 'verify', 'compare'].map((name) => [name, counts]));

  it('of VEX that is attached to the image, where it is asked for', async () => {
    expect(await counting()).toEqual(all(true));
    expect(await counting('--vex', 'attached')).toEqual(all(false));
  });

  it('and only where it is signed by whom it has to be', async () => {
    expect(await counting('--vex', 'attached', '--attestation-key', ours)).toEqual(all(false));
    expect(await counting('--vex', 'attached', '--attestation-key', anothers)).toEqual(all(true));
  });

  it('a plan says how many it leaves out, and what attached document it could not use', async () => {
    const said = async (...flags: readonly string[]): Promise<readonly string[]> =>
      (await json(fixCommand, [target, '--offline', ...flags])).notices.map(({ code }: { code: string }) => code);
    expect(await said('--vex', 'attached')).toContain('excepted');
    expect(await said('--vex', 'attached', '--attestation-key', anothers)).toContain('vex-unread');
  });

  it('each command that takes VEX takes who must have signed it, so that a setting for all of them is heard by all', () => {
    const names = (specs: readonly { readonly name: string }[]): readonly string[] => specs.map(({ name }) => name);
    const taking = [...OPTIONS].filter(([, specs]) => names(specs).includes('vex'));
    expect(taking.map(([path]) => path).sort()).toEqual(['compare', 'diff', 'explain', 'fix', 'scan', 'verify']);
    for (const [path, specs] of taking)
      expect(names(specs), path).toEqual(expect.arrayContaining(['ignore-file', 'attestation-key', 'trusted-root']));
  });
});
