import { generateKeyPairSync, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifact, blobOf, CYCLONEDX_PREDICATE, cycloneDx, descriptorOf, statement } from '../../test/attested.ts';
import { runCommand } from '../../test/command.ts';
import { blobs, layer } from '../../test/image.ts';
import { startRegistry, type TestRegistry } from '../../test/registry.ts';
import { type Login, type Sigstore, sigstore } from '../../test/sigstore.ts';
import { debian, type SmallMachine, smallMachine, stanza } from '../../test/small-machine.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { inventoryCommand } from '../commands/inventory.ts';
import { scanCommand } from '../commands/scan.ts';

const IMAGE = blobs(layer(debian(stanza('openssl', '1.1.1n-0+deb11u4'))));
const OPENVEX = 'https://openvex.dev/ns/v0.2.0';
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const IDENTITY = 'https://github.com/acme/models/.github/workflows/release.yml@refs/heads/main';
const ISSUER = 'https://token.actions.githubusercontent.com';
const VEX = {
  '@context': OPENVEX,
  '@id': 'https://x',
  author: 'Acme',
  timestamp: '2026-01-01T00:00:00Z',
  version: 1,
  statements: [
    { vulnerability: { name: 'CVE-2023-0464' }, status: 'not_affected', justification: 'component_not_present' },
  ],
};

let machine: SmallMachine;
let registry: TestRegistry;
let world: Sigstore;
let ours: Login;
let flags: readonly string[];
beforeAll(async () => {
  machine = await smallMachine();
  registry = await startRegistry();
  world = await sigstore();
  ours = await world.login(IDENTITY, ISSUER);
  const root = join(temporaryFolder(), 'trusted_root.json');
  writeFileSync(root, world.root);
  flags = [
    ...['--attestation-certificate-identity', IDENTITY],
    ...['--attestation-certificate-oidc-issuer', ISSUER],
    ...['--trusted-root', root],
  ];
});
afterAll(async () => {
  await registry.close();
  machine.close();
});

let count = 0;
/** The image in a repository of its own, and beside it a document in the form of cosign's version 3 (bundle) or 2 (tag). */
function attach(form: string, document: object, annotations: Readonly<Record<string, string>>, predicateType: string) {
  count += 1;
  const repository = `team/signed${count}`;
  const { manifest } = IMAGE;
  registry.push(repository, 'v1', IMAGE);
  if (form === 'bundle') {
    const subject = descriptorOf(manifest);
    const at = { 'dev.sigstore.bundle.content': 'dsse-envelope', 'dev.sigstore.bundle.predicateType': predicateType };
    const sample = artifact([[blobOf(document, BUNDLE)]], { artifactType: BUNDLE, subject, annotations: at });
    registry.pushManifest(repository, undefined, sample.manifest.bytes, sample.blobs);
    const index = {
      schemaVersion: 2,
      manifests: [descriptorOf(sample.manifest, { artifactType: BUNDLE, annotations: at })],
    };
    registry.pushManifest(repository, manifest.digest.replace(':', '-'), Buffer.from(JSON.stringify(index)));
  } else {
    const at = { predicateType, 'dev.cosignproject.cosign/signature': '', ...annotations };
    const sample = artifact([[blobOf(document, 'application/vnd.dsse.envelope.v1+json'), at]]);
    registry.pushManifest(repository, `${manifest.digest.replace(':', '-')}.att`, sample.manifest.bytes, sample.blobs);
  }
  return `registry:${registry.host}/${repository}:v1`;
}

async function signed(
  form: string,
  who: Login,
  { about = IMAGE.manifest.digest, predicateType = OPENVEX, said = VEX as object } = {},
) {
  const text = JSON.stringify(statement(predicateType, said, about));
  if (form === 'bundle') return attach(form, await world.bundle(text, who), {}, predicateType);
  const { envelope, annotations } = await world.envelope(text, who);
  return attach(form, envelope, annotations, predicateType);
}

async function scanned(target: string, ...args: readonly string[]) {
  const { text } = await runCommand(scanCommand, [target, '-f', 'json', ...args], { environment: machine.environment });
  return JSON.parse(text);
}

describe.each(['bundle', 'tag'])('what is attached and signed with a login, in cosign’s form of the %s', (form) => {
  it('is used where it is by whom it has to be, and says by whom', async () => {
    const report = await scanned(await signed(form, ours), '--vex', 'attached', ...flags);
    expect(report.findings).toEqual([]);
    expect(report.suppressed[0].by).toMatchObject({
      owner: `Acme (attached to the image, signed by ${IDENTITY} (${ISSUER}))`,
      status: 'not_affected',
    });
    expect(report.suppressed[0].by).not.toHaveProperty('unverified');
  });

  it('hides nothing where it is by somebody else, unsigned, or about another image', async () => {
    const stranger = await world.login(IDENTITY.replace('acme', 'evil'), ISSUER);
    const unsigned = {
      payloadType: 'application/vnd.in-toto+json',
      payload: Buffer.from(JSON.stringify(statement(OPENVEX, VEX, IMAGE.manifest.digest))).toString('base64'),
      signatures: [],
    };
    for (const target of [
      await signed(form, stranger),
      await signed(form, ours, { about: `sha256:${'0'.repeat(64)}` }),
      attach(
        form,
        form === 'bundle' ? { mediaType: BUNDLE, verificationMaterial: {}, dsseEnvelope: unsigned } : unsigned,
        {},
        OPENVEX,
      ),
    ]) {
      const report = await scanned(target, '--vex', 'attached', ...flags);
      expect(report.findings.map(({ id }: { id: string }) => id)).toEqual(['CVE-2023-0464']);
      expect(report.notices).toContainEqual(
        expect.objectContaining({ code: 'vex-unread', message: expect.stringMatching(/not signed by .*acme/) }),
      );
    }
  });

  it('is read as it was signed: what stands around the signed statement says nothing', async () => {
    const target = await (async () => {
      const text = JSON.stringify(statement(OPENVEX, { ...VEX, statements: [] }, IMAGE.manifest.digest));
      const around = { ...statement(OPENVEX, VEX, IMAGE.manifest.digest) };
      if (form === 'bundle') return attach(form, { ...around, ...(await world.bundle(text, ours)) }, {}, OPENVEX);
      const { envelope, annotations } = await world.envelope(text, ours);
      return attach(form, { ...around, ...envelope }, annotations, OPENVEX);
    })();
    expect((await scanned(target, '--vex', 'attached', ...flags)).findings).toHaveLength(1);
  });

  it('an SBOM is told as signed, or as not signed by whom it should be', async () => {
    const sbom = { predicateType: CYCLONEDX_PREDICATE, said: cycloneDx(['pkg:deb/debian/openssl@1.1.1n-0%2Bdeb11u4']) };
    const target = await signed(form, ours, sbom);
    const [attestation] = (await scanned(target, '--attestations', ...flags)).attestations;
    expect(attestation).toMatchObject({
      signatureVerified: true,
      signer: `${IDENTITY} (${ISSUER})`,
      comparison: { counts: { agreed: 1 } },
    });
    const other = await scanned(target, '--attestations', ...flags.with(1, IDENTITY.replace('main', 'next')));
    expect(other.attestations).toMatchObject([{ signatureVerified: false }]);
    expect(other.notices).toContainEqual(
      expect.objectContaining({ message: expect.stringMatching(/not signed by .*next/) }),
    );
    const listed = await runCommand(inventoryCommand, [target, '-f', 'json', '--attestations', ...flags], {
      environment: machine.environment,
    });
    expect(JSON.parse(listed.text).attestations).toMatchObject([{ signatureVerified: true }]);
  });
});

it('what is signed with a key is proved with it', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const file = join(temporaryFolder(), 'cosign.pub');
  writeFileSync(file, publicKey.export({ type: 'spki', format: 'pem' }));
  const text = JSON.stringify(statement(OPENVEX, VEX, IMAGE.manifest.digest));
  const payloadType = 'application/vnd.in-toto+json';
  const pae = Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${text.length} ${text}`);
  for (const [key, findings] of [
    [privateKey, 0],
    [generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 1],
  ] as const) {
    const signatures = [{ keyid: '', sig: sign('sha256', pae, key).toString('base64') }];
    const target = attach(
      'tag',
      { payloadType, payload: Buffer.from(text).toString('base64'), signatures },
      {},
      OPENVEX,
    );
    expect((await scanned(target, '--vex', 'attached', '--attestation-key', file)).findings).toHaveLength(findings);
  }
});

it.each([
  [['--attestation-certificate-identity', IDENTITY], /--attestation-certificate-oidc-issuer is missing/],
  [['--attestation-certificate-oidc-issuer', ISSUER], /--attestation-certificate-identity is missing/],
  [
    ['--attestation-certificate-identity', IDENTITY, '--attestation-certificate-oidc-issuer', ISSUER],
    /needs --trusted-root/,
  ],
])('half a signer is an error: %s', async (args, message) => {
  await expect(scanned('sbom:-', ...args)).rejects.toThrow(message);
});

it('a key that is not there is named', async () => {
  await expect(scanned('sbom:-', '--attestation-key', '/none.pub')).rejects.toMatchObject({
    message: 'there is no such file or folder',
    where: '/none.pub',
  });
});
