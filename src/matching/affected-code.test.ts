import { describe, expect, it } from 'vitest';
import { fixedStatement } from '../../test/statements.ts';
import { linkedCode } from '../formats/executables/linked-code.ts';
import type { Exposure, Finding, LinkedProgram, Package, Statement } from '../model.ts';
import { codeNamedBy, withLinkedCode } from './affected-code.ts';

/** GO-2023-1988: https://pkg.go.dev/vuln/GO-2023-1988 */
const RENDER = fixedStatement('go', 'Go', 'golang.org/x/net', 'GO-2023-1988', '0.13.0', {
  imports: [{ path: 'golang.org/x/net/html', symbols: ['Render', 'render1'] }],
});

const net = (...programs: readonly string[]): Package => ({
  type: 'golang',
  name: 'golang.org/x/net',
  version: 'v0.10.0',
  namespace: 'Go',
  purl: 'pkg:golang/golang.org/x/net@v0.10.0',
  evidence: programs.map((path) => ({ path, layer: 0, diffID: '', analyzer: 'binaries' })),
});

const program = (path: string, packages: Record<string, readonly string[]>, exposure?: Exposure): LinkedProgram => ({
  path,
  language: 'go',
  functions: linkedCode(new Map(Object.entries(packages).map(([name, names]) => [name, new Set(names)]))).packed,
  ...(exposure && { exposure }),
});

const finding = (installed: Package, ...statements: readonly Statement[]): Finding => {
  const code = codeNamedBy(statements);
  return {
    id: 'CVE-2023-3978',
    aliases: [],
    package: installed,
    severity: 'MEDIUM',
    severitySource: 'nvd',
    ratings: [],
    state: 'fixed',
    fix: { state: 'fixed', version: '0.13.0' },
    statements: [],
    reasons: [],
    ...(code && { code }),
  };
};
const codeIn = (installed: Package, ...programs: readonly LinkedProgram[]) =>
  withLinkedCode([finding(installed, RENDER)], programs)[0]?.code;

describe('code that an advisory names', () => {
  it('is all that the statements of its publisher name together; other publishers need not say', () => {
    const other = { ...RENDER, imports: [{ path: 'golang.org/x/net/http2', symbols: [] }] };
    const ghsa = fixedStatement('ghsa', 'Go', 'golang.org/x/net', 'GHSA-2wrh-6pvc-2jm9', '0.13.0');
    expect(codeNamedBy([RENDER, ghsa, other])?.imports).toEqual([
      { path: 'golang.org/x/net/html', symbols: ['Render', 'render1'] },
      { path: 'golang.org/x/net/http2', symbols: [] },
    ]);
    expect(codeNamedBy([ghsa])).toBeUndefined();
    const { imports: _, ...silent } = RENDER;
    expect(codeNamedBy([RENDER, silent])).toBeUndefined();
  });

  it('all of a package stays all of it, whatever functions another statement names', () => {
    const whole = { ...RENDER, imports: [{ path: 'golang.org/x/net/html', symbols: [] }] };
    for (const order of [
      [RENDER, whole],
      [whole, RENDER],
    ])
      expect(codeNamedBy(order)?.imports).toEqual([{ path: 'golang.org/x/net/html', symbols: [] }]);
  });
});

describe('whether a program holds it', () => {
  const linked = { 'golang.org/x/net/html': ['Parse', 'Render'] };
  const unlinked = { 'golang.org/x/net/http2': ['Server.ServeConn'] };
  const unused = { 'golang.org/x/net/html': ['EscapeString'] };

  it('it does: which functions, in which program', () => {
    expect(codeIn(net('app'), program('app', linked, { class: 'loaded' }))).toMatchObject({
      linked: 'yes',
      present: 'yes',
      functions: ['html.Render'],
      programs: ['app'],
      exposure: { class: 'loaded' },
    });
  });

  it('its package is not linked, or none of its functions: it is on disk only, with no doubt about it', () => {
    const exposure = { class: 'present' };
    expect(codeIn(net('app'), program('app', unlinked, { class: 'loaded' }))).toMatchObject({
      linked: 'no',
      present: 'no',
      exposure,
    });
    expect(codeIn(net('app'), program('app', unused, { class: 'loaded' }))).toMatchObject({
      linked: 'yes',
      present: 'no',
      exposure,
    });
  });

  it('of several programs the one that holds it counts, not the one that runs', () => {
    const runs = program('run', unlinked, { class: 'loaded' });
    expect(codeIn(net('run', 'tool'), runs, program('tool', linked, { class: 'callable' }))).toMatchObject({
      present: 'yes',
      programs: ['tool'],
      exposure: { class: 'callable' },
    });
    expect(codeIn(net('run', 'tool'), runs, program('tool', linked))?.exposure).toBeUndefined();
  });

  it('is unknown as soon as one place is no program that says so: then the class of the package stays', () => {
    const answer = codeIn(net('app', 'go.sum'), program('app', unlinked, { class: 'loaded' }));
    expect(answer).toMatchObject({ linked: 'unknown', present: 'unknown' });
    expect(answer?.exposure).toBeUndefined();
    expect(codeIn(net('app'))).toMatchObject({ linked: 'unknown', present: 'unknown' });
    expect(codeIn(net('app'), { path: 'app', language: 'go', functions: 'AAAA' })).toMatchObject({
      present: 'unknown',
    });
    // Here it is known that it is there, and not where else it may be.
    expect(codeIn(net('app', 'go.sum'), program('app', linked, { class: 'callable' }))).toMatchObject({
      present: 'yes',
    });
  });

  it('a module in place of another is linked under that one’s name', () => {
    const fork = { ...net('app'), name: 'example.org/fork/net', properties: { replaces: 'golang.org/x/net@v0.9.0' } };
    const statement = {
      ...RENDER,
      package: fork.name,
      imports: [{ path: 'example.org/fork/net/html', symbols: ['Render'] }],
    };
    const [answer] = withLinkedCode([finding(fork, statement)], [program('app', linked)]);
    expect(answer?.code).toMatchObject({ linked: 'yes', present: 'yes' });
  });

  it('in a crate is there where a symbol names it, and where none does that says nothing', () => {
    const crate: Package = { ...net('app'), type: 'cargo', name: 'smallvec', version: '1.6.0', namespace: 'crates.io' };
    /** RUSTSEC-2021-0003: https://rustsec.org/advisories/RUSTSEC-2021-0003 */
    const statement = {
      ...RENDER,
      package: 'smallvec',
      imports: [{ path: 'smallvec::SmallVec', symbols: ['insert_many'] }],
    };
    const exposure = { class: 'callable' } as const;
    const rust = (names: Record<string, readonly string[]>): LinkedProgram => ({
      ...program('app', names, exposure),
      language: 'rust',
    });
    const codeOf = (...programs: readonly LinkedProgram[]) =>
      withLinkedCode([finding(crate, statement)], programs)[0]?.code;
    expect(codeOf(rust({ 'smallvec::SmallVec': ['drop', 'insert_many'] }))).toMatchObject({
      linked: 'yes',
      present: 'yes',
      functions: ['smallvec::SmallVec::insert_many'],
      programs: ['app'],
    });
    const time = { ...statement, package: 'time', imports: [{ path: 'time', symbols: ['now'] }] };
    expect(withLinkedCode([finding(crate, time)], [rust({ time: ['now'] })])[0]?.code?.functions).toEqual([
      'time::now',
    ]);
    expect(codeOf(rust({ 'smallvec::SmallVec': ['drop'] }))).toMatchObject({ linked: 'yes', present: 'unknown' });
    expect(codeOf(rust({ 'serde::de': ['x'] }))).toMatchObject({ linked: 'unknown', present: 'unknown' });
    expect(codeOf(program('app', { 'smallvec::SmallVec': ['insert_many'] }))?.present).toBe('unknown');
    expect(codeOf(rust({ 'serde::de': ['x'] }))?.exposure).toBeUndefined();
  });

  it('only programs of Go and Rust are asked', () => {
    const wheel = { ...net('app'), type: 'pypi' };
    expect(withLinkedCode([finding(wheel, RENDER)], [program('app', linked)])[0]?.code?.present).toBe('unknown');
  });
});
