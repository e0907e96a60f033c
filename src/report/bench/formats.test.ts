import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { fakeFacts } from '../../../test/bench.ts';
import { type BenchReport, runBench } from '../../cis/bench.ts';
import type { Check } from '../../cis/check.ts';
import { selectChecks } from '../../cis/selection.ts';
import { benchFormatNamed, benchFormats } from './formats.ts';

const MODEL = `FROM python\nENV HF_TOKEN=hf_${'a'.repeat(34)}\nRUN apt-get update\nADD . /app\nUSER 7:7\n`;
const REAL = ['many', 'single'].map(
  (name) => `../shared/reports/docker-bench/docker-bench-report-${name}-vuln${name === 'many' ? 's' : ''}.json`,
);

/** A report with every result in it. */
async function report(): Promise<BenchReport> {
  const engine = {
    info: { Driver: 'aufs' },
    containers: [{ Name: '/evil\u001b[2J<&>', HostConfig: { Privileged: true } }],
    images: [],
    allContainers: [],
  };
  const facts = fakeFacts({ engine, host: { '/etc/docker/daemon.json': '{' } });
  return runBench(
    selectChecks(['2.6', '2.16', '3.5', '5.1', '5.5', '5.18', '5.23', '6.1', '8.1.1', 'C.1', '5.30']),
    facts,
    {
      target: 'unix:///x.sock',
      notices: ['a notice'],
      clock: () => new Date('2026-11-23T08:00:00Z'),
    },
  );
}

const dockerfileReport = () =>
  runBench(selectChecks(['4.2', '4.7', '4.9', '4.10']), fakeFacts({ dockerfile: MODEL }), { target: 'Dockerfile' });

const rendered = (it_: BenchReport, format: string, options = {}) =>
  [...benchFormatNamed(format).render(it_, options)].join('');

describe('the table', () => {
  it('has a line for each check, its evidence, and the score', async () => {
    const text = rendered(await report(), 'table');
    expect(text).toContain('! a notice\n');
    expect(text).toContain(
      '  WARN  2.6   Do not use the aufs storage driver\n              the storage driver is aufs\n',
    );
    expect(text).toContain(
      '   ??   2.16  Switch the userland proxy off\n              /etc/docker/daemon.json is not JSON',
    );
    expect(text).toContain('   --   8.1.1');
    expect(text).toMatch(/Score: {2}-?\d+/);
  });
  it('shows no control characters of containers, and colours only where asked', async () => {
    const it_ = await report();
    expect(rendered(it_, 'table')).not.toMatch(/\u001b/);
    expect(rendered(it_, 'table')).toContain('• evil?[2J<&>\n');
    expect(rendered(it_, 'table', { colour: true })).toContain('\u001b[1;31mWARN\u001b[0m');
  });
  it('fits the terminal', async () => {
    for (const width of [60, 80, 120]) {
      const lines = rendered(await report(), 'table', { width, remediation: true }).split('\n');
      expect(lines.filter((line) => line.length > width)).toEqual([]);
    }
  });
  it('tells the line of a Dockerfile, and with -p what to do', async () => {
    const text = rendered(await dockerfileReport(), 'table', { remediation: true });
    expect(text).toContain('• Dockerfile:3: RUN: apt-get update stands alone');
    expect(text).toContain('fix: Refresh and install in one RUN');
  });
});

describe("Docker Bench Security's JSON", () => {
  it('has its keys, in its order, with its four results', async () => {
    const it_ = await report();
    const json = JSON.parse(rendered(it_, 'docker-bench'));
    expect(Object.keys(json)).toEqual(['dockerbenchsecurity', 'start', 'tests', 'checks', 'score', 'end']);
    expect(json).toMatchObject({ start: 1795420800, checks: 12, score: it_.score });
    const results = json.tests.flatMap((test: { results: object[] }) => test.results);
    expect(new Set(results.map((result: { result: string }) => result.result))).toEqual(
      new Set(['PASS', 'WARN', 'INFO', 'NOTE']),
    );
    const privileged = results.find((result: { id: string }) => result.id === '5.5');
    expect(Object.keys(privileged)).toEqual([
      'id',
      'desc',
      'result',
      'details',
      'items',
      'remediation',
      'remediation-impact',
    ]);
    expect(privileged.items).toEqual(['evil?[2J<&>']);
    expect(Object.keys(results.find((result: { result: string }) => result.result === 'PASS'))).toEqual([
      'id',
      'desc',
      'result',
    ]);
  });
  it('limits its items', async () => {
    const json = JSON.parse(rendered(await dockerfileReport(), 'docker-bench', { limit: 1 }));
    for (const result of json.tests[0].results) expect(result.items?.length ?? 0).toBeLessThanOrEqual(1);
  });
  it.skipIf(!REAL.every((path) => existsSync(path)))(
    'has the shape of its real reports (skipped where ../shared is absent)',
    async () => {
      const mine = JSON.parse(rendered(await report(), 'docker-bench'));
      for (const path of REAL) {
        const theirs = JSON.parse(readFileSync(path, 'utf8'));
        expect(Object.keys(mine)).toEqual(Object.keys(theirs));
        expect(shapes(mine)).toEqual(expect.objectContaining({ test: shapes(theirs).test }));
        const allowed = shapes(theirs).results;
        for (const [key, type] of Object.entries(shapes(mine).results))
          expect({ [key]: type }).toEqual({ [key]: allowed[key] });
      }
    },
  );
});

/** Keys of tests, and types of all keys that results have. */
function shapes(json: { tests: { results: Record<string, unknown>[] }[] }) {
  const results: Record<string, string> = {};
  for (const entry of json.tests.flatMap((test) => test.results))
    for (const [key, value] of Object.entries(entry))
      results[key] = Array.isArray(value) ? `list of ${typeof value[0]}` : typeof value;
  return { test: Object.keys(json.tests[0]!), results };
}

describe('JUnit', () => {
  it('counts failures and skips, and escapes what containers are called', async () => {
    const text = rendered(await report(), 'junit');
    expect(text).toMatch(/<testsuites name="[^"]+" tests="12" failures="2" errors="0"/);
    expect(text).toContain('evil?[2J&lt;&amp;&gt;: privileged');
    expect(text).toContain('<skipped message="could-not-read: /etc/docker/daemon.json is not JSON');
    expect(text.match(/<testcase /g)).toHaveLength(12);
    expect(balanced(text)).toBe(true);
  });
});

/** Every element that opens closes, in order. */
function balanced(xml: string): boolean {
  const open: string[] = [];
  for (const [, close, name, empty] of xml.replace(/<\?.*?\?>/, '').matchAll(/<(\/?)([a-z-]+)[^<>]*?(\/?)>/g)) {
    if (close) {
      if (open.pop() !== name) return false;
    } else if (!empty) open.push(name!);
  }
  return open.length === 0;
}

describe('SARIF', () => {
  it('refers to its rules and to lines of the Dockerfile', async () => {
    const { runs } = JSON.parse(rendered(await dockerfileReport(), 'sarif'));
    const { results, tool } = runs[0];
    for (const result of results) expect(tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    const update = results.find((result: { ruleId: string }) => result.ruleId === 'CIS-Docker-4.7');
    expect(update).toMatchObject({
      level: 'error',
      locations: [{ physicalLocation: { artifactLocation: { uri: 'Dockerfile' }, region: { startLine: 3 } } }],
    });
  });
  it('keeps what could not be read as notifications', async () => {
    const { runs } = JSON.parse(rendered(await report(), 'sarif'));
    expect(runs[0].invocations[0].toolExecutionNotifications).toHaveLength(1);
    const schema = {
      type: 'object',
      required: ['ruleId', 'level', 'message', 'locations'],
      properties: {
        level: { enum: ['none', 'note', 'warning', 'error'] },
        message: { type: 'object', required: ['text'], properties: { text: { type: 'string', minLength: 1 } } },
        locations: { type: 'array', minItems: 1 },
      },
    };
    const valid = new Ajv().compile(schema);
    for (const result of runs[0].results) expect(valid(result), JSON.stringify(valid.errors)).toBe(true);
  });
});

it('a check that throws is one result, not the end', async () => {
  const [first] = selectChecks(['2.6']);
  const bad: Check = { ...first!, run: () => JSON.parse('{') };
  const it_ = await runBench([bad], fakeFacts({}), { target: 'x' });
  expect(it_.sections[0]?.findings[0]).toMatchObject({
    result: 'could-not-read',
    summary: expect.stringContaining('unexpected data'),
  });
});

it('every format renders every report', async () => {
  const all = await runBench(selectChecks([]), fakeFacts({}), { target: 'nothing' });
  for (const format of benchFormats) expect([...format.render(all, {})].join('').length).toBeGreaterThan(1_000);
  expect(() => benchFormatNamed('yaml')).toThrow('no output format called "yaml"');
});
