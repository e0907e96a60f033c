import { describe, expect, it } from 'vitest';
import { exposed, library, program } from '../../test/exposure.ts';

/** Folders of which is said that they are unknown, when an interpreter at a path is started. */
async function unknownBelow(path: string, files: readonly string[], env: readonly string[] = []) {
  const content = Object.fromEntries(files.map((file) => [file, 'text']));
  const { start } = await exposed({ [path]: program(), ...content }, { Cmd: [`/${path}`], Env: [...env] });
  return start.notes
    .flatMap((note) => /^(\/.*): what (?:else )?lies there is unknown/.exec(note)?.[1]?.split(', ') ?? [])
    .sort();
}

describe('code of languages that are not followed', () => {
  it('lies in the folders of the distribution, also in those of an architecture', async () => {
    const files = ['usr/share/julia/base.jl', 'usr/lib/x86_64-linux-gnu/julia/sys.so', 'usr/share/perl5/A.pm'];
    expect(await unknownBelow('usr/bin/julia', files)).toEqual(['/usr/lib/x86_64-linux-gnu/julia', '/usr/share/julia']);
    expect(await unknownBelow('usr/bin/perl', [...files, 'usr/lib/aarch64-linux-gnu/perl/5.36/B.pm'])).toEqual([
      '/usr/lib/aarch64-linux-gnu/perl',
      '/usr/share/perl5',
    ]);
  });

  it('lies in an installation of its own, wherever that is, and what homes and variables name', async () => {
    const files = [
      'opt/julia-1.9.3/lib/julia/sys.so',
      'home/jovyan/.julia/packages/A/a.jl',
      'srv/depot/packages/B/b.jl',
    ];
    expect(await unknownBelow('opt/julia-1.9.3/bin/julia', files, ['JULIA_DEPOT_PATH=/srv/depot:'])).toEqual([
      '/home/jovyan/.julia',
      '/opt/julia-1.9.3',
      '/srv/depot',
    ]);
    expect(await unknownBelow('opt/R/4.3.1/lib/R/bin/exec/R', ['opt/R/4.3.1/lib/R/library/x/R/x'])).toEqual(['/opt/R']);
  });

  it('is, in a folder that other programs share, what is called by its name', async () => {
    const files = ['opt/conda/lib/perl5/A.pm', 'opt/conda/lib/python3.11/os.py'];
    expect(await unknownBelow('opt/conda/bin/perl', files)).toEqual(['/opt/conda/lib/perl5']);
  });
});

describe('packages of languages that are not followed', () => {
  const code = (path: string) => ({
    'var/lib/dpkg/status': 'Package: idle\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n',
    'var/lib/dpkg/info/idle.list': `/${path}\n`,
    [path]: 'text',
  });
  /** The class of a package whose one file is that, where a program is started, and of all packages of another kind. */
  async function classes(path: string, files: Parameters<typeof exposed>[0], ...Cmd: string[]) {
    const content = { ...code(path), ...files };
    const { packages } = await exposed(content, { Cmd });
    return Object.fromEntries(
      packages
        .map(({ name, exposure }) => [name, exposure?.class])
        .filter(([name]) => name !== 'php' && name !== 'julia'),
    );
  }

  it.each([
    ['PHP', 'usr/local/bin/php', 'srv/shop/src/Cart.php'],
    ['PHP-FPM', 'usr/local/sbin/php-fpm', 'opt/shop/src/Cart.php'],
    ['Julia', 'usr/local/julia/bin/julia', 'srv/depot/packages/HTTP/aXz1/src/HTTP.jl'],
    ['.NET', 'usr/bin/dotnet', 'srv/shop/Newtonsoft.Json.dll'],
    ['Lua', 'usr/bin/lua5.4', 'srv/rules.lua'],
    ['Erlang', 'usr/lib/erlang/erts-13/bin/beam.smp', 'srv/rel/ebin/shop.beam'],
  ])('of %s are unknown wherever they lie, and never said not to be loaded', async (_, interpreter, file) => {
    expect(await classes(file, { [interpreter]: program() }, `/${interpreter}`)).toEqual({ idle: 'unknown' });
    // Where the interpreter is not started they are.
    expect(await classes(file, { [interpreter]: program() }, '/usr/bin/tool')).toEqual({ idle: 'present' });
  });

  it('are unknown where a library runs them in another program, and no nearer than that library', async () => {
    const uwsgi = {
      'usr/bin/uwsgi': program(['libpython3.11.so.1.0']),
      'usr/lib/libpython3.11.so.1.0': library('libpython3.11.so.1.0'),
    };
    expect(await classes('usr/lib/python3/dist-packages/shop.py', uwsgi, 'uwsgi', '--http', ':80')).toEqual({
      idle: 'unknown',
    });
    // Which modules Apache loads its configuration says, which is not read.
    const apache = { 'usr/sbin/apache2': program(), 'usr/lib/apache2/modules/libphp8.2.so': library('libphp8.2.so') };
    expect(await classes('var/shop/cart.php', apache, 'apache2', '-D', 'FOREGROUND')).toEqual({ idle: 'importable' });
    // Python's own process has its library too, and is followed.
    const python = {
      'usr/bin/python3.11': program(['libpython3.11.so.1.0']),
      'usr/lib/libpython3.11.so.1.0': library('libpython3.11.so.1.0'),
      'usr/lib/python3.11/os.py': '',
    };
    expect(await classes('usr/lib/python3/dist-packages/shop.py', python, 'python3.11', '-c', 'import os')).toEqual({
      idle: 'present',
    });
  });
});
