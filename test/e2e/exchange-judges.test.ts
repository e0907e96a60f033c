/**
 * ASFF before the model of Security Hub that AWS's own client has, CSV before the readers of Python and of a spreadsheet. They are fetched with the clients of
 * PyPI and npm: what cannot be had is skipped, with the reason.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pieces, reportFormatNamed } from '../../src/report/index.ts';
import { finding, report, wheel } from '../report.ts';
import { npmPackage, pythonPackages } from './fetched.ts';
import { scratch, titled } from './machine.ts';

const place = scratch();
afterAll(() => place.remove());

const botocore = pythonPackages('botocore==1.44.8');
const noBotocore = botocore === undefined ? 'botocore could not be installed with python3 -m pip' : undefined;
const sheets = npmPackage('xlsx@0.18.5');
const noSheets = sheets === undefined ? 'xlsx could not be fetched with npm' : undefined;
const noPython = spawnSync('python3', ['--version']).status === 0 ? undefined : 'no python3';

/** Names as an attacker writes them: formulas, quotes, separators, line ends, beyond ASCII. */
const HOSTILE = [
  '=cmd|"/c calc"!A1',
  '+1+1',
  '-2+3',
  '@SUM(1,2)',
  '\t=1',
  '\r=1',
  ' =1',
  '%0A=1',
  'a,b;c"d',
  'first\nsecond',
  '\u202eevil',
  '\u4e2d\u6587',
  "'=1",
  '\uff1d1',
];
const VALUE = report({
  findings: HOSTILE.map((name, at) =>
    finding(`CVE-2024-${1_000 + at}`, wheel(name, '1.0'), at % 2 === 0 ? 'HIGH' : 'UNKNOWN', {
      title: `about ${name}`,
      fixed: name,
    }),
  ),
  packages: HOSTILE.map((name) => wheel(name, '1.0')),
  risks: [
    {
      category: 'secret',
      rule: 'aws-key',
      severity: 'HIGH',
      title: HOSTILE[0]!,
      detail: HOSTILE[9]!,
      at: '3',
      evidence: report().findings[0]!.package.evidence[0]!,
    },
  ],
});
const rendered = (format: string): string => [...pieces(reportFormatNamed(format).render(VALUE, {}))].join('');

/** What a Python script answers, as JSON. */
function python<T>(script: string, document: string): T {
  const path = join(place.path, 'document');
  writeFileSync(path, document);
  const done = spawnSync('python3', ['-c', script, path], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, PYTHONPATH: botocore ?? '' },
  });
  if (done.status !== 0) throw new Error(done.stderr.slice(-2_000));
  return JSON.parse(done.stdout) as T;
}

const ASFF = `
import json, sys
import botocore.session, botocore.validate
shape = botocore.session.get_session().get_service_model('securityhub').operation_model('BatchImportFindings').input_shape
report = botocore.validate.ParamValidator().validate(json.load(open(sys.argv[1], encoding='utf8')), shape)
print(json.dumps(report.generate_report().splitlines()))
`;
const CSV = `
import csv, json, sys
print(json.dumps(list(csv.reader(open(sys.argv[1], newline='', encoding='utf8'), strict=True))))
`;

describe('ASFF', () => {
  it.skipIf(noBotocore !== undefined)(
    titled("has nothing that AWS's model of BatchImportFindings refuses", noBotocore),
    () => {
      expect(JSON.parse(rendered('asff')).Findings.length).toBeGreaterThan(HOSTILE.length);
      expect(python<string[]>(ASFF, rendered('asff'))).toEqual([]);
    },
  );

  it.skipIf(noBotocore !== undefined)(
    titled('is judged: a finding without its product, or with a word that is none, is told', noBotocore),
    () => {
      const broken = JSON.parse(rendered('asff')) as { Findings: Record<string, unknown>[] };
      delete broken.Findings[0]!.ProductArn;
      broken.Findings[1]!.Title = 7;
      const said = python<string[]>(ASFF, JSON.stringify(broken)).join('\n');
      expect(said).toMatch(/Missing required parameter in Findings\[0\]: "ProductArn"/);
      expect(said).toMatch(/Invalid type for parameter Findings\[1\]\.Title/);
    },
  );
});

describe('CSV', () => {
  it.skipIf(noPython !== undefined)(titled("is read back by Python's strict reader, cell by cell", noPython), () => {
    const [head, ...rows] = python<string[][]>(CSV, rendered('csv'));
    expect(new Set(rows.map(({ length }) => length))).toEqual(new Set([head!.length]));
    expect(rows.filter(([kind]) => kind === 'vulnerability').map((row) => row[1])).toEqual(
      VALUE.findings.map(({ id }) => id),
    );
    const names = rows.map((row) => row[head!.indexOf('package')]);
    expect(names).toEqual(expect.arrayContaining(['a,b;c"d', '\u4e2d\u6587']));
    // OWASP's list of what begins a formula, after what a reader takes away.
    const begins = rows.flat().filter((cell) => /^\s*[=+@\t\r-]/.test(cell) && Number.isNaN(Number(cell)));
    expect(begins).toEqual([]);
  });

  it.skipIf(noSheets !== undefined)(titled('has no formula for a spreadsheet, and the same cells', noSheets), () => {
    const xlsx = createRequire(import.meta.url)(join(sheets!, 'dist/xlsx.full.min.js')) as {
      read(text: string, options: object): { Sheets: Record<string, Record<string, { f?: string; v?: unknown }>> };
    };
    const formulas = (text: string): string[] =>
      Object.values(xlsx.read(text, { type: 'string' }).Sheets).flatMap((sheet) =>
        Object.values(sheet).flatMap(({ f }) => f ?? []),
      );
    expect(formulas('kind,id\n=1+1,x\n')).not.toEqual([]);
    expect(formulas(rendered('csv'))).toEqual([]);
  });
});
