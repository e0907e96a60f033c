import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { deb, finding, report } from '../../test/report.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import type { Report } from '../model.ts';
import { pieces } from '../report/report-format.ts';
import { jsonReport } from '../report/scan/json.ts';
import { readBaseline } from './baseline.ts';

const file = (content: string | Buffer): string => {
  const path = join(temporaryFolder(), 'baseline.json');
  writeFileSync(path, content);
  return path;
};
const written = (given: Report): string => [...pieces(jsonReport.render(given, {}))].join('');
const openssl = deb('openssl', '1.1.1n-0+deb11u4');
const HAS = finding('CVE-2023-0464', openssl, 'HIGH');

describe('a baseline', () => {
  it('knows what its report had, in whatever version of the package, however the file is written', async () => {
    const text = written(report({ packages: [openssl], findings: [HAS] }));
    for (const content of [text, gzipSync(text), Buffer.from(`\ufeff${text}`, 'utf16le')]) {
      const baseline = await readBaseline(file(content));
      expect(baseline.has(finding('CVE-2023-0464', deb('openssl', '1.1.1n-0+deb11u5'), 'HIGH'))).toBe(true);
      expect(baseline.has(finding('CVE-2023-0465', openssl, 'HIGH'))).toBe(false);
    }
  });

  it('of another image is told with why, and of the next build of the same it is not', async () => {
    const given = report();
    const named = (name: string): Report => {
      const { digest: _, imageId: __, repoTags: ___, repoDigests: ____, ...plain } = given.subject;
      return { ...given, subject: { ...plain, name } };
    };
    const baseline = await readBaseline(file(written(named('docker.io/library/python:3.9.16'))));
    expect(baseline.noticesOn(named('docker.io/library/python:3.9.17'))).toEqual([]);
    expect(baseline.noticesOn(named('registry.example/ml/app:1'))).toEqual([
      {
        level: 'warning',
        code: 'baseline-other',
        message: expect.stringMatching(/called python, and this one app; write one of this image/),
      },
    ]);
  });

  it.each([
    ['that says its findings twice', (text: string) => text.replace(/^\{/, '{"findings":[],'), /says findings twice/],
    ['that is cut off', (text: string) => text.slice(0, -20), /cannot be read as JSON/],
    ['of another program', (text: string) => text.replace('"plimsoll"', '"other"'), /is no report of plimsoll scan/],
  ])('%s opens no gate', async (_, change, why) => {
    const error = readBaseline(file(change(written(report()))));
    await expect(error).rejects.toMatchObject({ code: 'corrupt', message: expect.stringMatching(why) });
  });
});
