import { fileNameOf } from '../../formats/paths.ts';
import { analyzer } from '../analyzer.ts';

/** Purl types of what is declared in files that nobody here reads. */
const UNREAD: ReadonlyMap<string, string> = new Map([
  ['bun.lockb', 'npm'],
  ['deno.lock', 'npm'],
  ['Gemfile', 'gem'],
  ['gems.rb', 'gem'],
  ['pom.xml', 'maven'],
  ['build.gradle', 'maven'],
  ['build.gradle.kts', 'maven'],
  ['build.sbt', 'maven'],
  ['libs.versions.toml', 'maven'],
  ['packages.config', 'nuget'],
  ['Directory.Packages.props', 'nuget'],
  ['pubspec.yaml', 'pub'],
  ['mix.exs', 'hex'],
  ['Podfile.lock', 'cocoapods'],
  ['conan.lock', 'conan'],
  ['conanfile.txt', 'conan'],
  ['setup.py', 'pypi'],
]);

/** Files beside or above that say all that one of these would. */
const SETTLED_BY: ReadonlyMap<string, string> = new Map([
  ['Gemfile', 'Gemfile.lock'],
  ['gems.rb', 'gems.locked'],
  ['build.gradle', 'gradle.lockfile'],
  ['build.gradle.kts', 'gradle.lockfile'],
  ['pubspec.yaml', 'pubspec.lock'],
  ['mix.exs', 'mix.lock'],
  ['bun.lockb', 'bun.lock'],
]);

/** Declarations in forms that are not read: said, so that a project is not clean for what nobody looked at. */
export const unreadDeclarations = analyzer({
  name: 'unread-declarations',
  version: 3,
  files: [...[...UNREAD.keys()].map((name) => `**/${name}`), '**/*.csproj', '**/*.fsproj', '**/*.vbproj'],
  *read(file) {
    if (/(?:^|\/)(?:(?:site|dist)-packages|node_modules|vendor|pkgs)\//.test(file.path)) return;
    const name = fileNameOf(file.path);
    // A setup script may only call setuptools, which then reads pyproject.toml.
    if (name === 'setup.py' && !/install_requires|tests_require|extras_require/.test(file.text())) return;
    if (name.endsWith('proj') && !file.text().includes('PackageReference')) return;
    const settledBy = SETTLED_BY.get(name);
    yield {
      type: UNREAD.get(name) ?? 'nuget',
      name,
      version: '',
      role: 'declared',
      properties: { requirement: `${name}: this kind of file is not read`, ...(settledBy ? { settledBy } : {}) },
    };
  },
});
