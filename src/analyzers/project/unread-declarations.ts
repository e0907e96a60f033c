import { fileNameOf } from '../../formats/paths.ts';
import { analyzer } from '../analyzer.ts';

/** Purl types of what is declared in files that nobody here reads. */
const UNREAD: ReadonlyMap<string, string> = new Map([
  ['yarn.lock', 'npm'],
  ['pnpm-lock.yaml', 'npm'],
  ['bun.lock', 'npm'],
  ['Gemfile.lock', 'gem'],
  ['composer.lock', 'composer'],
  ['pom.xml', 'maven'],
  ['build.gradle', 'maven'],
  ['build.gradle.kts', 'maven'],
  ['packages.lock.json', 'nuget'],
  ['setup.py', 'pypi'],
  ['setup.cfg', 'pypi'],
]);

/** Declarations in forms that are not read: said, so that a project is not clean for what nobody looked at. */
export const unreadDeclarations = analyzer({
  name: 'unread-declarations',
  version: 1,
  files: [...UNREAD.keys()].map((name) => `**/${name}`),
  *read(file) {
    if (/(?:^|\/)(?:(?:site|dist)-packages|node_modules|vendor|pkgs)\//.test(file.path)) return;
    const name = fileNameOf(file.path);
    // A setup script may only call setuptools, which then reads pyproject.toml.
    if (/^setup\./.test(name) && !/install_requires|tests_require|extras_require/.test(file.text())) return;
    yield {
      type: UNREAD.get(name) as string,
      name,
      version: '',
      role: 'declared',
      properties: { requirement: `${name}: this kind of file is not read` },
    };
  },
});
