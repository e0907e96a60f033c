import { describe, expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import type { Analyzer } from '../analyzer.ts';
import { dotnet } from './dotnet.ts';
import { jdk } from './jdk.ts';
import { juliaPackages } from './julia.ts';
import { phpComposer } from './php-composer.ts';
import { rPackages } from './r-packages.ts';
import { rubyGems } from './ruby-gems.ts';
import { toolchainFiles } from './toolchain-files.ts';

const said = (analyzer: Analyzer, path: string, content: string): string[] =>
  facts(analyzer, path, content).map((fact) =>
    fact.kind === undefined && 'name' in fact
      ? `${fact.type}:${fact.name} ${fact.version}${fact.role ? ` ${fact.role}` : ''}`
      : JSON.stringify(fact),
  );

describe('Ruby', () => {
  const SPEC = `# -*- encoding: utf-8 -*-
# stub: rack 2.2.6.4 ruby lib

Gem::Specification.new do |s|
  s.name = "rack".freeze
  s.version = "2.2.6.4"
  s.licenses = ["MIT".freeze]
end
`;
  it('a specification names gem and version', () => {
    expect(facts(rubyGems, 'usr/local/bundle/specifications/rack-2.2.6.4.gemspec', SPEC)).toEqual([
      { type: 'gem', name: 'rack', version: '2.2.6.4', licenses: ['MIT'] },
    ]);
  });
  it('where the version is computed, the file name has it', () => {
    const spec =
      'Gem::Specification.new do |spec|\n  spec.name = "nokogiri"\n  spec.version = Nokogiri::VERSION\nend\n';
    expect(said(rubyGems, 'gems/specifications/nokogiri-1.13.10-x86_64-linux.gemspec', spec)).toEqual([
      'gem:nokogiri 1.13.10',
    ]);
  });
});

it('PHP: Composer 2 and the bare array of Composer 1', () => {
  const packages = [
    { name: 'guzzlehttp/guzzle', version: 'v7.4.4', license: ['MIT'] },
    { name: 'symfony/polyfill-mbstring', version: '1.26.0' },
  ];
  const expected = ['composer:guzzlehttp/guzzle 7.4.4', 'composer:symfony/polyfill-mbstring 1.26.0'];
  expect(said(phpComposer, 'app/vendor/composer/installed.json', JSON.stringify({ packages, dev: true }))).toEqual(
    expected,
  );
  expect(said(phpComposer, 'app/vendor/composer/installed.json', JSON.stringify(packages))).toEqual(expected);
});

it('.NET: packages a program was published with, and the shared framework', () => {
  const deps = {
    libraries: {
      'MyApp/1.0.0': { type: 'project' },
      'Newtonsoft.Json/12.0.3': { type: 'package', serviceable: true },
      'runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/6.0.16': { type: 'runtimepack' },
    },
  };
  expect(said(dotnet, 'app/MyApp.deps.json', `\ufeff${JSON.stringify(deps)}`)).toEqual([
    'nuget:Newtonsoft.Json 12.0.3',
    'nuget:Microsoft.NETCore.App.Runtime.linux-x64 6.0.16',
  ]);
  expect(
    said(dotnet, 'usr/share/dotnet/shared/Microsoft.NETCore.App/6.0.16/Microsoft.NETCore.App.deps.json', '{}'),
  ).toEqual(['nuget:Microsoft.NETCore.App 6.0.16']);
});

describe('R', () => {
  it('an installed package says that it was built; base is R itself', () => {
    const rcpp =
      'Package: Rcpp\nTitle: Seamless R and C++ Integration\nVersion: 1.0.10\nLicense: GPL (>= 2)\nRepository: CRAN\nBuilt: R 4.2.2; x86_64-pc-linux-gnu; 2023-01-24; unix\n';
    expect(facts(rPackages, 'usr/local/lib/R/site-library/Rcpp/DESCRIPTION', rcpp)).toEqual([
      { type: 'cran', name: 'Rcpp', version: '1.0.10', licenses: ['GPL (>= 2)'], properties: { repository: 'CRAN' } },
    ]);
    const base = 'Package: base\nVersion: 4.2.2\nPriority: base\nBuilt: R 4.2.2; ; 2022-11-10; unix\n';
    expect(said(rPackages, 'usr/lib/R/library/base/DESCRIPTION', base)).toEqual(['cran:base 4.2.2', 'generic:r 4.2.2']);
  });
  it('the source of a package is not an installed one', () => {
    expect(said(rPackages, 'src/pkg/DESCRIPTION', 'Package: pkg\nVersion: 1.0\n')).toEqual([]);
  });
});

describe('Julia', () => {
  const MANIFEST = `# This file is machine-generated - editing it directly is not advised

julia_version = "1.9.0"
manifest_format = "2.0"

[[deps.HTTP]]
deps = ["Base64", "Dates"]
git-tree-sha1 = "0fa77022fe4b511826b39c894c90daf5fce3334a"
uuid = "cd3eb016-35fb-5094-929b-558a96fad6f3"
version = "0.9.17"

[[deps.Dates]]
uuid = "ade2ca70-3891-5945-98fb-dc099432e06a"
`;
  it('the manifest of an environment lists what is loaded; standard libraries are Julia', () => {
    expect(said(juliaPackages, 'root/.julia/environments/v1.9/Manifest.toml', MANIFEST)).toEqual([
      'generic:julia 1.9.0 declared',
      'julia:HTTP 0.9.17',
    ]);
    expect(said(juliaPackages, 'app/Manifest.toml', MANIFEST)).toContain('julia:HTTP 0.9.17 declared');
    // What a depot has unpacked says so itself; a project of another name in such a folder is none.
    const project = 'name = "HTTP"\nuuid = "cd3eb016-35fb-5094-929b-558a96fad6f3"\nversion = "0.9.17"\n';
    expect(said(juliaPackages, 'root/.julia/packages/HTTP/aXz1q/Project.toml', project)).toEqual(['julia:HTTP 0.9.17']);
    expect(said(juliaPackages, 'srv/packages/shop/web/Project.toml', project)).toEqual([]);
  });
  it('the older form, and manifests of other tools', () => {
    expect(
      said(
        juliaPackages,
        'root/.julia/environments/v1.5/Manifest.toml',
        '[[JSON]]\nuuid = "682c06a0-de6a-54ab-a142-c8b1cf79cde6"\nversion = "0.21.2"\n',
      ),
    ).toEqual(['julia:JSON 0.21.2']);
    expect(said(juliaPackages, 'app/Manifest.toml', '[package]\nname = "x"\nversion = "1"\n')).toEqual([]);
  });
});

it('Java runtimes by their release file', () => {
  const temurin =
    'IMPLEMENTOR="Eclipse Adoptium"\nJAVA_RUNTIME_VERSION="17.0.7+7"\nJAVA_VERSION="17.0.7"\nJAVA_VERSION_DATE="2023-04-18"\nOS_ARCH="x86_64"\n';
  expect(facts(jdk, 'opt/java/openjdk/release', temurin)).toEqual([
    {
      type: 'generic',
      name: 'openjdk',
      version: '17.0.7',
      certainty: 'exact',
      properties: { implementor: 'Eclipse Adoptium', build: '17.0.7+7', cpe: 'oracle:openjdk' },
    },
  ]);
  expect(said(jdk, 'usr/lib/jvm/java-8/jre/release', 'JAVA_VERSION="1.8.0_372"\nOS_NAME="Linux"\n')).toEqual([
    'generic:openjdk 1.8.0_372',
  ]);
  expect(said(jdk, 'opt/graalvm/release', 'GRAALVM_VERSION="22.3.1"\nJAVA_VERSION="17.0.6"\n')).toEqual([
    'generic:graalvm 22.3.1',
  ]);
  expect(said(jdk, 'etc/release', 'some other release file')).toEqual([]);
});

it('the Go distribution by its VERSION', () => {
  expect(said(toolchainFiles, 'usr/local/go/VERSION', 'go1.20.4\n')).toEqual(['generic:go 1.20.4']);
  expect(said(toolchainFiles, 'usr/local/go/VERSION', 'go1.21.0\ntime 2023-08-04T20:14:06Z\n')).toEqual([
    'generic:go 1.21.0',
  ]);
});
