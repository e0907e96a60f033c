import { expect, it } from 'vitest';
import { isPackageName, sameName } from './names.ts';

it.each([
  [
    'deb',
    ['libssl1.1', 'g++', 'libstdc++6', 'libc6:i386', '0ad'],
    ['-oAPT::Update::Pre-Invoke::=x', 'a b', 'zz;id', 'a/../b', 'a$(id)', 'ca-certificates-'],
  ],
  ['apk', ['so', '.build-deps', 'py3-pip', 'gtk+3.0'], ['--root=/x', '-x', 'a\nb']],
  ['rpm', ['libstdc++', 'python3.11', 'compat-openssl10'], ['--setopt=x', '-y', 'a b']],
  [
    'pypi',
    ['requests', 'zope.interface', 'A', 'ruamel.yaml'],
    ['-r/etc/x', '--index-url', 'a==1;b', 'a @ http://x', '~rllib3', 'a[b]', ''],
  ],
  ['npm', ['lodash', '@types/node', 'JSONStream'], ['-g', '@a/../b', '../x', '@/x', 'a b', 'http://x/y']],
  ['gem', ['rails', 'rack-test', 'aws_sdk'], ['-v', 'a;b']],
  ['maven', ['org.apache.logging.log4j:log4j-core', 'org.x/y'], ['-x', 'a:b:c', 'a b']],
  ['golang', ['github.com/docker/docker', 'stdlib', 'golang.org/x/net'], ['-x', 'a//..//b']],
  ['composer', ['symfony/http-kernel', 'twig/intl-extra'], ['-x', '`id`', 'symfony', 'a//b', 'a/b/c']],
  ['cran', ['data.table', 'R6', 'Rcpp'], ['-x', 'data.', '.x', 'a-b', '2x']],
  ['hex', ['phoenix', 'plug_cowboy'], ['-x', 'plug-cowboy', '2x', 'a/b']],
  ['julia', ['HTTP', 'MbedTLS_jll'], ['-x', 'Mbed-TLS', 'a b']],
  ['nuget', ['Newtonsoft.Json', 'System.Text.Json', 'log4net'], ['-x', 'a..b', 'a b', '.x']],
  ['pub', ['http', 'shelf_static', '_discoveryapis_commons'], ['-x', 'shelf-static', 'a/b']],
  ['swift', ['github.com/apple/swift-nio', 'git.example.org:8443/a/b'], ['-x', 'swift-nio;id', 'a/../b', '/etc/x']],
  ['alpm', ['gcc-libs', 'lib32-glibc', 'libc++', 'r'], ['-x', '.x', 'a b', '--root=/x']],
  ['portage', ['dev-libs/openssl', 'sys-devel/gcc', 'gtk+'], ['-x', 'a/b/c', '=dev-libs/openssl-3']],
] as const)('knows what a package of %s can be called', (type, good, bad) => {
  expect(good.filter((name) => !isPackageName(type, name))).toEqual([]);
  expect(bad.filter((name) => isPackageName(type, name))).toEqual([]);
  expect(isPackageName(type, 'a'.repeat(300))).toBe(false);
});

it('calls a Python package the same however its releases spell it, and npm packages by every letter', () => {
  for (const name of ['jupyter_server', 'Jupyter.Server', 'jupyter-server'])
    expect(sameName('pypi', name)).toBe('jupyter-server');
  expect(sameName('npm', 'JSONStream')).not.toBe(sameName('npm', 'jsonstream'));
});
