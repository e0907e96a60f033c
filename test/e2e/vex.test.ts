/** Real Trivy and Grype read our OpenVEX and hide what we hide, on databases of the records that ours has (`real-peers.ts`). */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scanCommand } from '../../src/commands/scan.ts';
import { imageBlobs } from '../../src/sources/files/memory.ts';
import { runCommand } from '../command.ts';
import { dockerArchive } from '../saved.ts';
import { debian, stanza, wheelFiles } from '../small-machine.ts';
import { scratch, titled } from './machine.ts';
import { noPeers, ownDatabaseOfPeers, quietPeers, writePeerDatabases } from './real-peers.ts';

const json = (program: string, args: readonly string[]) =>
  JSON.parse(
    execFileSync(program, args, {
      env: { ...process.env, ...quietPeers },
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).toString(),
  );

// What is skipped leaves no folder behind.
const { path: folder, remove } = noPeers === undefined ? scratch() : { path: '', remove: (): void => {} };
let image: string;
let vex: string;
/** What we hide, by package. */
let ours: readonly string[];

beforeAll(async () => {
  if (noPeers !== undefined) return;
  await writePeerDatabases();
  const home = await ownDatabaseOfPeers(folder);
  image = join(folder, 'image.tar');
  const files = { ...debian(stanza('openssl', '1.1.1n-0+deb11u3')), ...wheelFiles('setuptools', '58.1.0') };
  writeFileSync(image, dockerArchive(imageBlobs({ layers: [{ files }] })));
  const config = join(folder, 'plimsoll.yaml');
  writeFileSync(
    config,
    `exceptions:
  - {id: CVE-2023-0464, package: openssl, reason: no policies, justification: vulnerable_code_not_in_execute_path}
  - {id: CVE-2022-40897, reason: no index is asked, justification: vulnerable_code_cannot_be_controlled_by_adversary}
  - {id: CVE-2024-6345, reason: accepted for now, until: 2099-01-01}
`,
  );
  const scan = (format: string) =>
    runCommand(scanCommand, [image, '--offline', '-f', format], {
      environment: { PLIMSOLL_HOME: home, PLIMSOLL_CONFIG: config, HOME: folder, PATH: '/nonexistent' },
    });
  vex = join(folder, 'ours.openvex.json');
  writeFileSync(vex, (await scan('openvex')).text);
  const { suppressed } = JSON.parse((await scan('json')).text);
  ours = suppressed
    .filter(({ by }: { by: { status: string } }) => by.status === 'not_affected')
    .map(({ finding }: { finding: { id: string } }) => finding.id)
    .sort();
}, 1_800_000);
afterAll(() => remove());

describe('our OpenVEX', () => {
  it.skipIf(noPeers !== undefined)(
    titled('is read by Grype, which hides what we hide and no more', noPeers),
    { timeout: 120_000 },
    () => {
      expect(ours).toEqual(['CVE-2022-40897', 'CVE-2023-0464']);
      const ids = (entry: { vulnerability: { id: string }; relatedVulnerabilities: { id: string }[] }) =>
        [entry.vulnerability.id, ...entry.relatedVulnerabilities.map(({ id }) => id)].find((id) =>
          id.startsWith('CVE-'),
        );
      const before = json('grype', ['-q', '-o', 'json', image]);
      const after = json('grype', ['-q', '-o', 'json', '--vex', vex, image]);
      expect(after.ignoredMatches.map(ids).sort()).toEqual(ours);
      expect(after.matches.length).toBe(before.matches.length - ours.length);
    },
  );

  it.skipIf(noPeers !== undefined)(
    titled('is read by Trivy, which hides what we hide and no more', noPeers),
    { timeout: 120_000 },
    () => {
      const args = ['image', '-q', '--scanners', 'vuln', '--show-suppressed', '--format', 'json', '--input', image];
      type Result = { Vulnerabilities?: { VulnerabilityID: string }[] };
      const shown = (document: { Results: Result[] }): string[] =>
        document.Results.flatMap((result) => result.Vulnerabilities ?? []).map((result) => result.VulnerabilityID);
      const before = shown(json('trivy', args));
      const after = shown(json('trivy', [...args, '--vex', vex]));
      const gone = before.filter((id) => !after.includes(id));
      // Of what Trivy knows: which is decided by its own database.
      expect(gone.sort()).toEqual(ours.filter((id) => before.includes(id)));
      expect(gone).not.toEqual([]);
      expect(after).toHaveLength(before.length - gone.length);
    },
  );
});
