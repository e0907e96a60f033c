import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifact, blobOf, dsse, statement } from '../../test/attested.ts';
import { runCommand } from '../../test/command.ts';
import { blobs, layer } from '../../test/image.ts';
import { startRegistry, type TestRegistry } from '../../test/registry.ts';
import { debian, type SmallMachine, smallMachine, stanza } from '../../test/small-machine.ts';
import { scanCommand } from '../commands/scan.ts';
import { reports } from '../report/index.ts';

const IMAGE = blobs(layer(debian(stanza('openssl', '1.1.1n-0+deb11u4'))));
const BOTH = blobs(layer(debian(stanza('openssl', '1.1.1n-0+deb11u4'), stanza('openjpeg2', '2.4.0-3'))));
const OPENVEX = 'https://openvex.dev/ns/v0.2.0';

let machine: SmallMachine;
let registry: TestRegistry;
beforeAll(async () => {
  machine = await smallMachine();
  registry = await startRegistry();
});
afterAll(async () => {
  await registry.close();
  machine.close();
});

const vex = (more: object = {}) => ({
  '@context': OPENVEX,
  '@id': 'https://x',
  author: 'Acme',
  timestamp: '2026-01-01T00:00:00Z',
  version: 1,
  statements: [
    {
      vulnerability: { name: 'CVE-2023-0464' },
      status: 'not_affected',
      justification: 'component_not_present',
      ...more,
    },
  ],
});

let count = 0;
/** An image with a statement attached as cosign does it. */
function attach(document: unknown, digest = IMAGE.manifest.digest, predicateType = OPENVEX, of = IMAGE): string {
  count += 1;
  const repository = `team/app${count}`;
  registry.push(repository, 'v1', of);
  const att = artifact([
    [
      blobOf(dsse(statement(predicateType, document, digest)), 'application/vnd.dsse.envelope.v1+json'),
      { 'dev.cosignproject.cosign/signature': '', predicateType },
    ],
  ]);
  registry.pushManifest(repository, `${of.manifest.digest.replace(':', '-')}.att`, att.manifest.bytes, att.blobs);
  return `registry:${registry.host}/${repository}:v1`;
}

async function scanned(target: string, ...args: readonly string[]) {
  const { text } = await runCommand(scanCommand, [target, '-f', 'json', ...args], { environment: machine.environment });
  return JSON.parse(text);
}

describe('VEX that is attached to the image', () => {
  it('counts where it is asked for, and is marked as unverified', async () => {
    const target = attach(vex({ products: [{ '@id': 'pkg:deb/debian/openssl' }] }));
    expect((await scanned(target)).findings).toHaveLength(1);
    for (const word of ['attached', 'oci']) {
      const report = await scanned(target, '--vex', word);
      expect(report.findings).toEqual([]);
      expect(report.suppressed[0].by).toMatchObject({
        source: 'openvex',
        where: expect.stringMatching(/^attached sha256:/),
        owner: 'Acme (attached to the image, signature not checked)',
      });
    }
  });

  it('is marked in every format that tells of what it takes out, whatever its author calls himself', async () => {
    const products = [{ '@id': 'pkg:deb/debian/openssl' }];
    const target = attach({ ...vex({ products }), author: 'Acme (signature verified)' });
    const silent: string[] = [];
    for (const { name } of reports) {
      const more = ['table'].includes(name) ? ['--show-suppressed'] : [];
      const { text } = await runCommand(scanCommand, [target, '--vex', 'attached', '-f', name, ...more], {
        environment: machine.environment,
      });
      if (!text.includes('CVE-2023-0464')) silent.push(name);
      else
        expect(text.replace(/\s+/g, ' '), name).toContain(
          'Acme (signature verified) (attached to the image, signature not checked)',
        );
    }
    // Those that have no place for what does not count.
    expect(silent).toEqual(['spdx', 'gitlab', 'csv', 'asff', 'ecr']);
    const plain = await runCommand(scanCommand, [target, '--vex', 'attached'], { environment: machine.environment });
    expect(plain.text).toContain('1 on the word of VEX whose signature was not checked');
    expect((await scanned(target, '--vex', 'attached')).suppressed[0].by.unverified).toBe(true);
  });

  it('and of a document without an author, and beside others in one that is passed on', async () => {
    const { author: _, ...nameless } = vex({ products: [{ '@id': 'pkg:deb/debian/openssl' }] });
    const target = attach(nameless, BOTH.manifest.digest, OPENVEX, BOTH);
    const accepted = machine.file(
      'accepted.yaml',
      'exceptions:\n  - {id: CVE-2019-6988, reason: here, owner: team-x}\n',
    );
    const args = ['--vex', 'attached', '--ignore-file', accepted];
    const report = await scanned(target, ...args);
    expect(report.suppressed.map(({ by }: { by: { owner: string } }) => by.owner).sort()).toEqual([
      'nobody named (attached to the image, signature not checked)',
      'team-x',
    ]);
    const { text } = await runCommand(scanCommand, [target, '-f', 'openvex', ...args], {
      environment: machine.environment,
    });
    const notes = JSON.parse(text).statements.map(({ status_notes }: { status_notes?: string }) => status_notes);
    expect(notes).toContain('said by nobody named (attached to the image, signature not checked)');
    expect(notes).toContain(undefined);
  });

  it('is about this image where it names no product', async () => {
    expect((await scanned(attach(vex()), '--vex', 'attached')).findings).toEqual([]);
  });

  it.each([
    ['a statement about another image', vex(), `sha256:${'5'.repeat(64)}`, 'its statement is about another image'],
    ['a predicate that is no VEX', { hello: 1 }, IMAGE.manifest.digest, 'this is no VEX document'],
  ])('is not used from %s, which is told', async (_, document, digest, said) => {
    const report = await scanned(attach(document, digest), '--vex', 'attached');
    expect(report.findings).toHaveLength(1);
    expect(report.notices).toContainEqual({
      level: 'warning',
      code: 'vex-unread',
      message: expect.stringContaining(said),
    });
  });

  it('that hides nothing here is named whole, with what it is about: the image is this one, its part is not', async () => {
    const target = attach(
      vex({
        products: [
          { '@id': `pkg:oci/app@${IMAGE.manifest.digest}`, subcomponents: [{ '@id': 'pkg:deb/debian/zlib1g' }] },
        ],
      }),
    );
    const { notices } = await scanned(target, '--vex', 'attached');
    expect(notices).toContainEqual({
      level: 'warning',
      code: 'vex-other-product',
      message: expect.stringMatching(/^attached sha256:[0-9a-f]{12} hides nothing: .*\(pkg:deb\/debian\/zlib1g\)$/),
    });
  });

  it('that is not there is told, and does not stand in for a file', async () => {
    registry.push('team/bare', 'v1', IMAGE);
    const report = await scanned(`registry:${registry.host}/team/bare:v1`, '--vex', 'attached');
    expect(report.notices).toContainEqual(expect.objectContaining({ code: 'vex-none' }));
    expect(report.findings).toHaveLength(1);
  });
});
