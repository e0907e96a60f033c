import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { binaries } from '../../src/analyzers/native/binaries.ts';
import { linkedFunctions } from '../../src/formats/executables/index.ts';
import { facts } from '../facts.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/**
 * What we say a Go program holds is held to what Go's own tools say of it: `go tool nm` names the functions that have code of their own, and
 * `govulncheck`, where it is there, those that were put into others as well. Stripped, the program says the same, which `nm` and `govulncheck` do not.
 */

const ENVIRONMENT = { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off', GOTOOLCHAIN: 'local' };
const run = (program: string, ...args: readonly string[]) =>
  spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28, env: ENVIRONMENT });
const without = run('go', 'version').status === 0 ? '' : 'no go';
const withGovulncheck = run('govulncheck', '-version').status === 0;
if (without) console.warn(`Go programs are not built: ${without}`);
else if (!withGovulncheck) console.warn('functions that were put into others are not compared: no govulncheck on PATH');

const SOURCE = `package main

import ("fmt"; "html/template"; "net/http"; "os")

func main() {
	page := template.Must(template.New("a").Parse(os.Args[1]))
	fmt.Println(http.ListenAndServe(":0", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { page.Execute(w, r) })))
}
`;

type Functions = ReadonlyMap<string, ReadonlySet<string>>;

function functionsIn(file: string, packages: ReadonlySet<string>): Functions {
  const linked = facts(binaries, 'usr/bin/app', readFileSync(file)).flatMap((fact) =>
    fact.kind === 'linked' ? [fact.functions] : [],
  );
  expect(linked).toHaveLength(1);
  return linkedFunctions(linked[0] as string, packages);
}

describe.skipIf(without !== '')('a Go program', () => {
  const folder = temporaryFolder();
  const build = (name: string, ...flags: readonly string[]): string => {
    const file = join(folder, name);
    const built = run('go', 'build', '-C', join(folder, 'source'), ...flags, '-o', file, '.');
    expect(built.stderr).toBe('');
    return file;
  };

  it('holds what its own tools say it holds, stripped or not, and nothing else', { timeout: 300_000 }, () => {
    mkdirSync(join(folder, 'source'));
    writeFileSync(join(folder, 'source/main.go'), SOURCE);
    writeFileSync(join(folder, 'source/go.mod'), 'module example.org/app\n');
    const plain = build('plain');
    const symbols = run('go', 'tool', 'nm', plain).stdout;
    // `T net/http.(*Server).Serve`, without what has no name in the source.
    const named = [...symbols.matchAll(/ [Tt] ((?:[\w.]+\/)*\w+)\.(\(\*\w+\)\.\w+|\w+\.\w+|\w+)$/gm)].map(
      ([, path = '', name = '']) => [path, name.replace(/^\(\*(\w+)\)/, '$1')] as const,
    );
    const wanted = named.filter(
      ([path, name]) =>
        path !== 'main' &&
        !(path === 'runtime' && /^e?text$/.test(name)) &&
        !/^(?:init\.)?\d|\.(?:func|gowrap|deferwrap)?\d|abi0$/.test(name),
    );
    // Marks of the linker, no functions: `runtime.text`, `runtime.etext`.
    const packages = new Set(wanted.map(([path]) => path));
    expect(wanted.length).toBeGreaterThan(3_000);
    const told = functionsIn(plain, new Set([...packages, 'net/http/cgi', 'text/template', 'net/http/httputil']));
    expect(wanted.filter(([path, name]) => told.get(path)?.has(name) !== true)).toEqual([]);
    // Never built into it, though in the module; built in, with a function that nothing calls.
    expect(told.has('net/http/cgi') || told.has('net/http/httputil')).toBe(false);
    expect([told.get('net/http')?.has('ListenAndServe'), told.get('net/http')?.has('PostForm')]).toEqual([true, false]);
    const all = new Set(told.keys());
    expect(functionsIn(build('stripped', '-ldflags=-s -w'), all)).toEqual(functionsIn(plain, all));
    expect(functionsIn(build('pie', '-buildmode=pie', '-ldflags=-s -w'), all).get('net/http')).toEqual(
      told.get('net/http'),
    );
    if (!withGovulncheck) return;
    const said = run('govulncheck', '-mode=extract', plain).stdout;
    const { pkgSymbols } = JSON.parse(said.slice(said.indexOf('\n{') + 1)) as {
      readonly pkgSymbols: readonly { readonly pkg?: string; readonly name: string }[];
    };
    const theirs = new Map<string, Set<string>>();
    for (const { pkg = '', name } of pkgSymbols)
      theirs.set(pkg, (theirs.get(pkg) ?? new Set()).add(name.replace(/\[.*\]/, '')));
    const ours = functionsIn(plain, new Set(theirs.keys()));
    for (const [path, names] of ours) {
      expect([...names].filter((name) => name !== '' && !theirs.get(path)?.has(name))).toEqual([]);
      const source = [...(theirs.get(path) ?? [])].filter((name) => /^(?:[A-Za-z_]\w*\.)?[A-Za-z_]\w*$/.test(name));
      expect(source.filter((name) => !names.has(name) && !/(?:^|\.)(?:func|gowrap|deferwrap)\d/.test(name))).toEqual(
        [],
      );
    }
  });
});
