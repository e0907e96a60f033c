import { describe, expect, it } from 'vitest';
import { exposed, library, program, reachedOf } from '../../test/exposure.ts';

const DEPOT = 'root/.julia';
const HASH = '49fc69556e1a4610c8cc193a2bbe2057c13cd6f0';
const project = (name: string) =>
  `name = "${name}"\nuuid = "11111111-1111-4111-8111-111111111111"\nversion = "1.2.3"\n`;
/** As Julia 1.5 of Debian 11 lays out what it loads; a package of libraries as BinaryBuilder makes them. */
const FILES = {
  'usr/bin/julia': program(),
  'usr/lib/x86_64-linux-gnu/julia/sys.so': library('sys.so'),
  'usr/lib/x86_64-linux-gnu/julia/libgmp.so': library('libgmp.so'),
  'usr/share/julia/stdlib/v1.5/Statistics/src/Statistics.jl': 'module Statistics\nend\n',
  [`${DEPOT}/packages/Shape/HVQzl/Project.toml`]: project('Shape'),
  [`${DEPOT}/packages/Shape/HVQzl/src/Shape.jl`]:
    'module Shape\nusing Tiny_jll, Statistics\ninclude(joinpath("inner", "round.jl"))\nlate() = @eval Main using Lazy\nend\n',
  [`${DEPOT}/packages/Shape/HVQzl/src/inner/round.jl`]: 'up(x) = ceil(x)\n',
  [`${DEPOT}/packages/Shape/HVQzl/ext/PlotsExt.jl`]: 'module PlotsExt\nusing Plots\nend\n',
  [`${DEPOT}/packages/Lazy/xJDb2/src/Lazy.jl`]: 'module Lazy\nend\n',
  [`${DEPOT}/packages/Never/aaaaa/Project.toml`]: project('Never'),
  [`${DEPOT}/packages/Never/aaaaa/src/Never.jl`]: 'module Never\nend\n',
  [`${DEPOT}/packages/Tiny_jll/CFaep/src/Tiny_jll.jl`]:
    'module Tiny_jll\nJLLWrappers.@generate_main_file("Tiny", uuid)\nend\n',
  [`${DEPOT}/packages/Tiny_jll/CFaep/src/wrappers/x86_64-linux-gnu.jl`]: 'dlopen(joinpath(dir, "lib/libtiny.so"))\n',
  [`${DEPOT}/packages/Tiny_jll/CFaep/src/wrappers/x86_64-w64-mingw32.jl`]: 'using Windows\n',
  [`${DEPOT}/packages/Tiny_jll/CFaep/Artifacts.toml`]: `[Tiny]\ngit-tree-sha1 = "${HASH}"\n`,
  [`${DEPOT}/artifacts/${HASH}/lib/libtiny.so`]: library('libtiny.so'),
  [`${DEPOT}/artifacts/${HASH}/lib/libother.so`]: library('libother.so'),
  [`${DEPOT}/compiled/v1.5/Shape/w5T0Q_HUeky.ji`]: 'compiled',
};
const below = /^(?:srv|root\/.*\.(?:jl|ji|so)|usr\/(?:share|lib)\/.*(?:julia|sys|gmp))/;

describe('Julia', () => {
  it('leads from its script to packages of a depot, to what they include, to their libraries and to what comes with it', async () => {
    const files = { ...FILES, 'srv/job.jl': 'using Shape\ninclude("more.jl")\n', 'srv/more.jl': 'more() = 1\n' };
    const report = await exposed(files, { Cmd: ['julia', '--project=/srv', '/srv/job.jl', 'Never'] });
    expect(reachedOf(report, below)).toEqual(
      [
        [`${DEPOT}/artifacts/${HASH}/lib/libother.so`, 'importable'],
        [`${DEPOT}/artifacts/${HASH}/lib/libtiny.so`, 'importable'],
        [`${DEPOT}/compiled/v1.5/Shape/w5T0Q_HUeky.ji`, 'loaded'],
        [`${DEPOT}/packages/Lazy/xJDb2/src/Lazy.jl`, 'importable'],
        [`${DEPOT}/packages/Shape/HVQzl/ext/PlotsExt.jl`, 'importable'],
        [`${DEPOT}/packages/Shape/HVQzl/src/Shape.jl`, 'loaded'],
        [`${DEPOT}/packages/Shape/HVQzl/src/inner/round.jl`, 'loaded'],
        [`${DEPOT}/packages/Tiny_jll/CFaep/src/Tiny_jll.jl`, 'loaded'],
        [`${DEPOT}/packages/Tiny_jll/CFaep/src/wrappers/x86_64-linux-gnu.jl`, 'importable'],
        ['srv/job.jl', 'loaded'],
        ['srv/more.jl', 'loaded'],
        ['usr/lib/x86_64-linux-gnu/julia/libgmp.so', 'importable'],
        ['usr/lib/x86_64-linux-gnu/julia/sys.so', 'loaded'],
        ['usr/share/julia/stdlib/v1.5/Statistics/src/Statistics.jl', 'loaded'],
      ].map(([path, reach]) => `${path}: ${reach}`),
    );
    // What no text names may be loaded all the same: never is it said not to be.
    const classes = report.packages.map(({ name, exposure }) => [name, exposure?.class]);
    expect(classes).toEqual(
      expect.arrayContaining([
        ['Shape', 'loaded'],
        ['Never', 'unknown'],
      ]),
    );
  });

  it('looks where its command line and its environment say', async () => {
    const files = {
      ...FILES,
      'srv/depot/packages/Far/bbbbb/src/Far.jl': 'module Far\nend\n',
      'srv/app/Project.toml': project('App'),
      'srv/app/Manifest.toml':
        '[[Near]]\npath = "lib/Near.jl"\nuuid = "22222222-2222-4222-8222-222222222222"\nversion = "0.1.0"\n',
      'srv/app/src/App.jl': 'module App\nusing Near\nend\n',
      'srv/app/lib/Near.jl/src/Near.jl': 'module Near\nend\n',
      'srv/first.jl': 'using Far\n',
      'usr/bin/sh.jl': 'using Never\n',
    };
    const of = async (Cmd: string[], Env: string[]) =>
      reachedOf(await exposed(files, { Cmd, Env, WorkingDir: '/srv/app' }), /^(?:srv|root).*\.jl: loaded/);
    const loaded = (...paths: string[]) => paths.map((path) => `${path}: loaded`);
    expect(
      await of(
        ['julia', '-q', '-L', '/srv/first.jl', '-e', 'using App', 'x'],
        ['JULIA_DEPOT_PATH=/srv/depot', 'JULIA_PROJECT=@.'],
      ),
    ).toEqual(
      loaded(
        'srv/app/lib/Near.jl/src/Near.jl',
        'srv/app/src/App.jl',
        'srv/depot/packages/Far/bbbbb/src/Far.jl',
        'srv/first.jl',
      ),
    );
    expect(await of(['julia', '-e', 'using App, Far'], [])).toEqual([]);
  });
});
