import '../property-seed.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/advisories/store/memory.ts';
import { match } from '../../src/matching/match.ts';
import { type Finding, type Report, SEVERITIES, type Severity, severityRank, WORST_FIRST } from '../../src/model.ts';
import { applyExceptions } from '../../src/policy/exceptions/index.ts';
import { filterReport } from '../../src/policy/filter.ts';
import { parseGates } from '../../src/policy/gate.ts';
import { judgeGates } from '../../src/policy/judge.ts';
import { pieces, reportFormatNamed } from '../../src/report/index.ts';
import { deb, finding, report, wheel } from '../report.ts';
import { DANGERS, dangers, exceptionsOn, worlds } from '../worlds.ts';

/*
 * One answer to "how many": every format in which a scan is written counts the same findings by severity, and the gates count them too, whatever
 * exceptions, filters and gates there are. What is expected is counted here, from the findings alone.
 */

type Counts = Readonly<Record<Severity, number>>;
const counted = (severities: Iterable<string>): Counts => {
  const counts: Record<string, number> = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0]));
  for (const severity of severities) counts[severity] = (counts[severity] ?? 0) + 1;
  return counts as Counts;
};

/** A vulnerability of a source package counts once, as the worst of its binaries. */
function rowsOf(findings: readonly Finding[]): readonly Severity[] {
  const rows = new Map<string, Severity>();
  for (const { id, severity, package: pkg } of findings) {
    const key = JSON.stringify([
      id,
      pkg.type,
      pkg.namespace,
      pkg.source?.name || pkg.name,
      pkg.source?.version || pkg.version,
    ]);
    const known = rows.get(key);
    if (known === undefined || severityRank(severity) > severityRank(known)) rows.set(key, severity);
  }
  return [...rows.values()];
}

/** The columns of a table of counts, summed over its kinds; its last row, where it is one of totals, says the same. */
function summed(rows: readonly (readonly string[])[], told: string): Counts {
  const numbers = rows.map(([label = '', ...cells]) => ({
    isTotal: /^\W*total\W*$/.test(label),
    counts: WORST_FIRST.map((_, at) => (cells[at] === '?' ? 0 : Number(cells[at]?.replaceAll(',', '')))),
  }));
  const sums = WORST_FIRST.map((_, at) =>
    numbers.reduce((sum, { isTotal, counts }) => (isTotal ? sum : sum + counts[at]!), 0),
  );
  for (const { isTotal, counts } of numbers) if (isTotal) expect(counts, told).toEqual(sums);
  return Object.fromEntries(WORST_FIRST.map((severity, at) => [severity, sums[at]])) as Counts;
}

const written = (format: string, scan: Report): string =>
  [...pieces(reportFormatNamed(format).render(scan, { all: true }))].join('');
const matches = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, first]) => first!);
interface Sarif {
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: { readonly rules: readonly { id: string; properties?: { tags?: string[] } }[] };
      };
      readonly results: readonly { ruleId: string; message: { text: string }; suppressions?: unknown }[];
    },
  ];
}
const severityOfResult = ({ message: { text } }: { message: { text: string } }): string =>
  /, ([A-Z]+) by \S+:/.exec(text)?.[1] ?? 'UNKNOWN';

/** The rows of the table of counts, each with its label before its numbers. */
function tableRows(text: string): readonly (readonly string[])[] {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => /^ +CRITICAL +HIGH .* fixable$/.test(line));
  const end = lines.findIndex((line, index) => index > at && !/ (?:[\d,]+|\?)$/.test(line) && !/^ *Risks: /.test(line));
  return lines.slice(at + 1, end).map((line) => {
    const cells = line.trim().split(/ {2,}/);
    const numbers = /^ *Risks: /.test(line) ? cells.length - 1 : 8;
    return [cells.slice(0, -numbers).join(' '), ...cells.slice(-numbers)];
  });
}
const markdownRows = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .filter((line) => /^\|.*\| (?:\d+|\?) \|$/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((part) => part.trim()),
    );
const pageRows = (text: string): readonly (readonly string[])[] => {
  const table = /aria-label="Findings by kind of package and severity".*?<\/table>/s.exec(text)![0];
  return matches(table, /<tr><th scope="row">(.*?)<\/tr>/gs).map((row) => {
    const [label = '', ...cells] = row
      .split(/<\/?t[hd][^>]*>/)
      .map((part) => part.trim())
      .filter((part) => part !== '');
    return [label.replace(/<[^>]*>/g, ''), ...cells];
  });
};
const findingRows = (rows: readonly (readonly string[])[], told: string): Counts =>
  summed(
    rows.filter(([label = '']) => !label.startsWith('Risks')),
    told,
  );

/** How each format counts rows, by severity. */
const ROWS: Readonly<Record<string, (text: string) => Counts>> = {
  json: (text) => (JSON.parse(text) as { summary: { severities: Counts } }).summary.severities,
  table: (text) => findingRows(tableRows(text), 'table'),
  markdown: (text) => findingRows(markdownRows(text), 'markdown'),
  html: (text) => findingRows(pageRows(text), 'html'),
  'rows of the page': (text) => counted(matches(text, /<tr data-s="([A-Z]+)"/g)),
  junit: (text) =>
    counted(
      matches(text.replace(/<testcase classname="risks".*?<\/testcase>/gs, ''), /<failure [^>]* type="([A-Z]+)"/g),
    ),
  sarif: (text) =>
    counted(
      (JSON.parse(text) as Sarif).runs[0].results
        .filter(({ suppressions, message }) => suppressions === undefined && / has \S+, /.test(message.text))
        .map(severityOfResult),
    ),
  gitlab: (text) => {
    const { vulnerabilities } = JSON.parse(text) as {
      vulnerabilities: { severity: string; identifiers: { type: string }[] }[];
    };
    const ours = vulnerabilities.filter(({ identifiers }) => identifiers[0]!.type !== 'plimsoll_rule');
    return counted(ours.map(({ severity }) => (severity === 'Info' ? 'NEGLIGIBLE' : severity.toUpperCase())));
  },
  ecr: (text) => {
    const { imageScanFindings } = JSON.parse(text) as {
      imageScanFindings: { findings: { severity: string }[]; findingSeverityCounts: Record<string, number> };
    };
    const { INFORMATIONAL = 0, UNDEFINED = 0, ...rest } = imageScanFindings.findingSeverityCounts;
    return { ...counted([]), ...rest, NEGLIGIBLE: INFORMATIONAL, UNKNOWN: UNDEFINED } as Counts;
  },
};

const isDanger = (id: string): boolean => DANGERS.some(([, rule]) => rule === id);

/** The rows of a table of counts that are of risks. */
const riskRows = (rows: readonly (readonly string[])[]): Counts =>
  summed(
    rows.filter(([label = '']) => label.startsWith('Risks')),
    'risks',
  );

/** How each format counts risks, which are no findings: it tells all of them, and none among the findings. */
const RISKS: Readonly<Record<string, (text: string) => Counts>> = {
  json: (text) =>
    counted((JSON.parse(text) as { risks: { severity: string }[] }).risks.map(({ severity }) => severity)),
  table: (text) => riskRows(tableRows(text)),
  // It lists them: its table of counts is of packages alone.
  markdown: (text) => {
    const section = text.slice(text.indexOf('### Risks in files and configuration'));
    return counted(matches(section, /^\| ([A-Z]+) \| (?:model|notebook|secret|configuration) \|/gm));
  },
  html: (text) => riskRows(pageRows(text)),
  csv: (text) => counted(matches(text, /^"?risk: [a-z]+"?,[^,]*,"?([A-Z]+)/gm)),
  junit: (text) => {
    const cases = matches(text, /(<testcase classname="risks".*?<\/testcase>)/gs);
    return counted(cases.flatMap((told) => matches(told, /<failure [^>]* type="([A-Z]+)"/g)));
  },
  gitlab: (text) => {
    const { vulnerabilities } = JSON.parse(text) as {
      vulnerabilities: { severity: string; identifiers: { type: string }[] }[];
    };
    const rules = vulnerabilities.filter(({ identifiers }) => identifiers[0]!.type === 'plimsoll_rule');
    return counted(rules.map(({ severity }) => (severity === 'Info' ? 'NEGLIGIBLE' : severity.toUpperCase())));
  },
};
/** SARIF has three levels for six severities, and one tag for the worst of a rule. */
const risksOfSarif = (text: string): number =>
  (JSON.parse(text) as Sarif).runs[0].results.filter(
    ({ suppressions, ruleId }) => suppressions === undefined && isDanger(ruleId),
  ).length;

/** How each format counts what is installed. */
const INSTALLED: Readonly<Record<string, (text: string) => Counts>> = {
  json: (text) =>
    counted((JSON.parse(text) as { findings: { severity: string }[] }).findings.map(({ severity }) => severity)),
  csv: (text) => counted(matches(text, /^"?vulnerability"?,[^,]*,"?([A-Z]+)/gm)),
};

/** How many findings each format says that exceptions took out. */
const EXCEPTED: Readonly<Record<string, (text: string) => number>> = {
  json: (text) =>
    (JSON.parse(text) as { suppressed?: { finding?: unknown }[] }).suppressed?.filter(({ finding }) => finding)
      .length ?? 0,
  table: (text) => Number(/exceptions took (\d+) findings? /.exec(text.replace(/\s+/g, ' '))?.[1] ?? 0),
  markdown: (text) => Number(/exceptions took (\d+) findings? /.exec(text)?.[1] ?? 0),
  html: (text) => Number(/exceptions took (\d+) findings? /.exec(text)?.[1] ?? 0),
  junit: (text) => matches(text, /<testcase classname="(?!risks")[^"]*" [^>]*>\s*(<skipped )/g).length,
  sarif: (text) =>
    (JSON.parse(text) as Sarif).runs[0].results.filter(
      ({ suppressions, ruleId }) => suppressions !== undefined && !isDanger(ruleId),
    ).length,
  cyclonedx: (text) =>
    (JSON.parse(text) as { vulnerabilities?: { id: string; analysis?: { state?: string } }[] }).vulnerabilities?.filter(
      // Which code a flaw is in is told in an analysis that decides nothing.
      ({ id, analysis }) => analysis?.state !== undefined && !isDanger(id),
    ).length ?? 0,
  grype: (text) => (JSON.parse(text) as { ignoredMatches?: unknown[] }).ignoredMatches?.length ?? 0,
};

/** Everything in which a format counts otherwise than the findings do. */
function contradictions(scan: Report): readonly string[] {
  const texts = new Map<string, string>();
  const text = (name: string): string => {
    const format = name === 'rows of the page' ? 'html' : name;
    const known = texts.get(format) ?? written(format, scan);
    texts.set(format, known);
    return known;
  };
  const differs = (what: string, told: unknown, expected: unknown): readonly string[] =>
    JSON.stringify(told) === JSON.stringify(expected)
      ? []
      : [`${what}: ${JSON.stringify(told)} instead of ${JSON.stringify(expected)}`];
  const inOrder = (counts: Counts): Counts =>
    Object.fromEntries(SEVERITIES.map((severity) => [severity, counts[severity]])) as Counts;
  const rows = inOrder(counted(rowsOf(scan.findings)));
  const installed = inOrder(counted(scan.findings.map(({ severity }) => severity)));
  const excepted = scan.suppressed?.filter(({ finding }) => finding).length ?? 0;
  return [
    ...Object.entries(ROWS).flatMap(([name, read]) => differs(`rows of ${name}`, inOrder(read(text(name))), rows)),
    ...Object.entries(RISKS).flatMap(([name, read]) =>
      differs(
        `risks of ${name}`,
        inOrder(read(text(name))),
        inOrder(counted(scan.risks.map(({ severity }) => severity))),
      ),
    ),
    ...differs('risks of sarif', risksOfSarif(text('sarif')), scan.risks.length),
    ...Object.entries(INSTALLED).flatMap(([name, read]) =>
      differs(`findings of ${name}`, inOrder(read(text(name))), installed),
    ),
    ...Object.entries(EXCEPTED).flatMap(([name, read]) => differs(`exceptions of ${name}`, read(text(name)), excepted)),
    ...ruleContradictions(text('sarif')),
    ...gateContradictions(scan, text),
  ];
}

/** A rule of SARIF is as bad as the worst result that counts: GitHub shows nothing else. */
function ruleContradictions(text: string): readonly string[] {
  const [{ results, tool }] = (JSON.parse(text) as Sarif).runs;
  const counting = results.filter(
    ({ suppressions, message }) => suppressions === undefined && / has /.test(message.text),
  );
  return tool.driver.rules.flatMap(({ id, properties: { tags = [] } = {} }) => {
    const of = counting.filter(({ ruleId }) => ruleId === id).map(severityOfResult) as readonly Severity[];
    const worst = WORST_FIRST.find((severity) => of.includes(severity));
    return worst === undefined || tags.includes(worst)
      ? []
      : [`the rule ${id} of SARIF is ${tags}, and a result ${worst}`];
  });
}

/** The gates count what the report counts, and every format that tells of them says so. */
function gateContradictions(scan: Report, text: (name: string) => string): readonly string[] {
  return (scan.gate?.rules ?? []).flatMap(({ gate, count, passed }) => {
    const [, fixable, level] = /^(fixable:)?([A-Z]+)$/.exec(gate)!;
    const caught = new Set(
      scan.findings
        .filter(
          ({ severity, fix }) =>
            severityRank(severity) >= severityRank(level as Severity) &&
            (fixable === undefined || fix.state === 'fixed'),
        )
        .map(
          ({ id, package: pkg }) => `${id} in ${pkg.source?.name || pkg.name} ${pkg.source?.version || pkg.version}`,
        ),
    );
    // A level without more words is of what is dangerous in files too, which nothing fixes.
    if (fixable === undefined)
      for (const [at, risk] of scan.risks.entries())
        if (severityRank(risk.severity) >= severityRank(level as Severity)) caught.add(`risk ${at}`);
    return [
      ...(count === caught.size ? [] : [`the gate ${gate} catches ${count} of ${caught.size}`]),
      ...(passed === (caught.size === 0) ? [] : [`the gate ${gate} ${passed ? 'lets' : 'keeps'} ${caught.size}`]),
      ...['table', 'markdown', 'html'].flatMap((name) => {
        const told = text(name)
          .replace(/<[^>]*>/g, '')
          .replace(/\s+/g, ' ');
        const isTold = caught.size === 0 || told.includes(`${gate}: ${caught.size} caught`);
        return isTold ? [] : [`${name} does not say that ${gate} caught ${caught.size}`];
      }),
    ];
  });
}

const levels = fc.constantFrom('CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'NEGLIGIBLE') as fc.Arbitrary<Severity>;
const mostly = <Usual, Other>(usual: Usual, other: fc.Arbitrary<Other>): fc.Arbitrary<Usual | Other> =>
  fc.oneof<[fc.WeightedArbitrary<Usual>, fc.WeightedArbitrary<Other>]>(
    { arbitrary: fc.constant(usual), weight: 3 },
    { arbitrary: other, weight: 1 },
  );
const fromExceptions = worlds.chain((world) =>
  fc.record({ world: fc.constant(world), rules: exceptionsOn(world.packages) }),
);

describe('every format of a scan, and its gates, count the same findings', () => {
  it('of any inventory, with exceptions, filters and gates', async () => {
    let [most, sum] = [0, 0];
    const scheme = fc.record({
      excepted: fromExceptions,
      risks: dangers,
      // Filters leave little of a world with a handful of findings: most worlds are told whole.
      severity: mostly(undefined, levels),
      fixable: mostly(false, fc.constant(true)),
      gate: levels,
    });
    await fc.assert(
      fc.property(
        scheme,
        ({
          excepted: {
            world: { os, packages, statements, vulnerabilities },
            rules,
          },
          risks,
          severity,
          fixable,
          gate,
        }) => {
          const store = memoryStore({ statements, vulnerabilities });
          const { findings } = match(packages, store);
          const { os: _, ...rest } = report({ packages, findings, database: store.info });
          const whole = applyExceptions({ ...rest, os, risks }, rules, new Date('2026-01-01'));
          const shown = severity === undefined ? undefined : SEVERITIES.slice(SEVERITIES.indexOf(severity));
          const asked = filterReport(whole, { ...(shown && { severity: shown }), ...(fixable && { fixable }) });
          const isAsked = shown === undefined || severityRank(gate) >= severityRank(severity!);
          const gates = parseGates([isAsked ? gate : severity!, `fixable:${isAsked ? gate : severity!}`]);
          const scan = { ...asked, gate: judgeGates(asked, gates, { allowUnjudged: true }) };
          most = Math.max(most, scan.findings.length);
          sum += scan.findings.length;
          expect(contradictions(scan)).toEqual([]);
        },
      ),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 150) },
    );
    // A world without findings says nothing: some have several.
    expect(most).toBeGreaterThan(1);
    expect(sum, 'findings of all worlds').toBeGreaterThan(20);
  });

  it("of python:3.9.16, where binaries share a source and headers carry the kernel's version", () => {
    const scan = report();
    const [rule] = scan.findings;
    const excepted = applyExceptions(
      scan,
      [{ ids: [rule!.id], by: { source: 'policy', where: 'plimsoll.yaml:1:1', status: 'accepted' } }],
      new Date('2026-01-01'),
    );
    expect(excepted.suppressed?.length).toBeGreaterThan(1);
    for (const told of [scan, excepted]) expect(contradictions(told)).toEqual([]);
  });

  it('of a vulnerability that is rated apart in two binaries of one source, the lesser of which can be fixed', () => {
    const packages = [deb('openssl', '1.1.1n-1'), deb('libssl1.1', '1.1.1n-1', 'openssl')];
    const findings = [
      finding('CVE-2024-10001', packages[0]!, 'CRITICAL'),
      finding('CVE-2024-10001', packages[1]!, 'LOW', { fixed: '1.1.1n-2' }),
    ];
    for (const order of [findings, [...findings].reverse()]) {
      const scan = report({ packages, findings: order });
      const gate = judgeGates(scan, parseGates(['CRITICAL', 'fixable:CRITICAL', 'fixable:LOW']), {
        allowUnjudged: true,
      });
      expect(gate.rules.map(({ count }) => count)).toEqual([1, 0, 1]);
      expect(contradictions({ ...scan, gate })).toEqual([]);
      expect(written('table', scan)).toContain('1 finding has a fix, none of them HIGH or worse');
    }
  });

  it('of a vulnerability that is rated apart in two packages, the lesser of which can be fixed', () => {
    const packages = [wheel('six', '1.16.0'), deb('six', '1.16.0-2')];
    const rated = [
      finding('CVE-2024-10001', packages[0]!, 'LOW', { fixed: '1.17' }),
      finding('CVE-2024-10001', packages[1]!, 'CRITICAL'),
    ];
    expect(contradictions(report({ packages, findings: rated }))).toEqual([]);
  });
});
