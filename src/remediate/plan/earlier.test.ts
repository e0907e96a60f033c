import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { deb, finding, report } from '../../../test/report.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { LIMITS } from '../../limits.ts';
import { pieces } from '../../report/report-format.ts';
import { jsonReport } from '../../report/scan/json.ts';
import { readEarlier } from './earlier.ts';

const file = (content: string | Buffer): string => {
  const path = join(temporaryFolder(), 'earlier.json');
  writeFileSync(path, content);
  return path;
};
const given = report({ findings: [finding('CVE-2023-0464', deb('openssl', '1.1.1n-0+deb11u4'), 'HIGH')] });
const written = [...pieces(jsonReport.render(given, {}))].join('');

describe('what a verification reads of the time before', () => {
  it('is a report of ours, however the file is written', async () => {
    for (const content of [written, gzipSync(written), Buffer.from(`\ufeff${written}`, 'utf16le')])
      expect((await readEarlier(file(content))).findings).toMatchObject([
        { id: 'CVE-2023-0464', name: 'openssl', version: '1.1.1n-0+deb11u4' },
      ]);
  });

  it("or another scanner's, whose rows its own reader takes", async () => {
    const trivy = {
      SchemaVersion: 2,
      ArtifactName: 'app:1',
      Results: [
        {
          Target: 'app:1 (debian 11.7)',
          Class: 'os-pkgs',
          Type: 'debian',
          Vulnerabilities: [
            {
              VulnerabilityID: 'CVE-2023-0464',
              PkgName: 'openssl',
              InstalledVersion: '1.1.1n-0+deb11u4',
              Severity: 'HIGH',
            },
          ],
        },
      ],
    };
    const earlier = await readEarlier(file(JSON.stringify(trivy)));
    expect(earlier.scanner).toMatch(/^Trivy/);
    expect(earlier.findings.map(({ id }) => id)).toEqual(['CVE-2023-0464']);
  });

  it('is refused in one line where it is cut off, or nothing of both', async () => {
    await expect(readEarlier(file(written.slice(0, -9)))).rejects.toMatchObject({
      code: 'corrupt',
      message: 'this is no JSON',
    });
    await expect(readEarlier(file('{"hello": 1}'))).rejects.toMatchObject({
      code: 'corrupt',
      message: 'this is neither a plan nor a report',
    });
    const deep = '['.repeat(LIMITS.documentDepth + 1);
    await expect(readEarlier(file(`{"findings": ${deep}`))).rejects.toMatchObject({ code: 'limit' });
  });
});
