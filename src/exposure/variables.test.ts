import { describe, expect, it } from 'vitest';
import { exposed, library, program, reachedOf } from '../../test/exposure.ts';

const PYTHON = {
  'usr/bin/python3.11': program(),
  'usr/lib/python3.11/os.py': '',
  'usr/lib/python3.11/site.py': '',
  'usr/lib/python3.11/encodings/__init__.py': '',
  'usr/lib/python3/dist-packages/ipdb/__init__.py': 'import ipython\n',
  'usr/lib/python3/dist-packages/ipython.py': '',
  'srv/start.py': 'import ipdb\n',
  'srv/app.py': '',
};

describe('variables that say what is loaded', () => {
  it('PYTHONBREAKPOINT names a function of a module, which may be called', async () => {
    const app = ['python3.11', '/srv/app.py'];
    const report = await exposed(PYTHON, { Cmd: app, Env: ['PYTHONBREAKPOINT=ipdb.set_trace'] });
    expect(reachedOf(report, /dist-packages/)).toEqual([
      'usr/lib/python3/dist-packages/ipdb/__init__.py: importable',
      'usr/lib/python3/dist-packages/ipython.py: importable',
    ]);
    const ignoring = await exposed(PYTHON, {
      Cmd: ['python3.11', '-E', '/srv/app.py'],
      Env: ['PYTHONBREAKPOINT=ipdb.set_trace'],
    });
    expect(reachedOf(ignoring, /dist-packages/)).toEqual([]);
  });

  it('PYTHONSTARTUP is read at a prompt, and by no program', async () => {
    const Env = ['PYTHONSTARTUP=/srv/start.py'];
    expect(reachedOf(await exposed(PYTHON, { Cmd: ['python3.11'], Env }), /srv|ipdb/)).toEqual([
      'srv/start.py: loaded',
      'usr/lib/python3/dist-packages/ipdb/__init__.py: loaded',
    ]);
    expect(reachedOf(await exposed(PYTHON, { Cmd: ['python3.11', '/srv/app.py'], Env }), /start/)).toEqual([]);
  });

  it('LD_PRELOAD and LD_AUDIT name libraries, with and without their folders', async () => {
    const files = {
      'usr/lib/x86_64-linux-gnu/libjemalloc.so.2': library('libjemalloc.so.2'),
      'usr/lib/x86_64-linux-gnu/libaudited.so': library('libaudited.so'),
      'opt/own.so': library('own.so'),
    };
    const report = await exposed(files, {
      Cmd: ['tool'],
      Env: ['LD_PRELOAD=libjemalloc.so.2:/opt/own.so', 'LD_AUDIT=libaudited.so'],
    });
    expect(reachedOf(report, /jemalloc|audited|own/)).toEqual([
      'opt/own.so: loaded',
      'usr/lib/x86_64-linux-gnu/libaudited.so: loaded',
      'usr/lib/x86_64-linux-gnu/libjemalloc.so.2: loaded',
    ]);
  });

  it('GCONV_PATH, OPENSSL_ENGINES and OPENSSL_MODULES name folders of what may be opened', async () => {
    const files = {
      'usr/bin/client': program(['libc.so.6', 'libcrypto.so.3']),
      'lib/x86_64-linux-gnu/libcrypto.so.3': library('libcrypto.so.3'),
      'opt/sets/KOI.so': library('KOI.so'),
      'opt/engines/pkcs11.so': library('pkcs11.so'),
      'opt/providers/fips.so': library('fips.so'),
    };
    const Env = ['GCONV_PATH=/opt/sets', 'OPENSSL_ENGINES=/opt/engines', 'OPENSSL_MODULES=/opt/providers'];
    expect(reachedOf(await exposed(files, { Cmd: ['client'], Env }), /^opt/)).toEqual([
      'opt/engines/pkcs11.so: importable',
      'opt/providers/fips.so: importable',
      'opt/sets/KOI.so: importable',
    ]);
    expect(reachedOf(await exposed(files, { Cmd: ['client'] }), /^opt/)).toEqual([]);
  });

  it('OPENSSL_CONF names settings: what they name is followed, and where they are not read that is said', async () => {
    const files = {
      'usr/bin/client': program(['libc.so.6', 'libcrypto.so.3']),
      'lib/x86_64-linux-gnu/libcrypto.so.3': library('libcrypto.so.3'),
      'opt/pkcs11.so': library('pkcs11.so'),
      'etc/ssl/openssl.cnf': '[pkcs11]\ndynamic_path = /opt/pkcs11.so\n',
      'opt/own.settings': '[pkcs11]\nmodule = /opt/pkcs11.so\n',
    };
    const usual = await exposed(files, { Cmd: ['client'] });
    expect(reachedOf(usual, /^opt/)).toEqual(['opt/pkcs11.so: importable']);
    expect(usual.start.notes.join()).not.toContain('OPENSSL_CONF');
    const own = await exposed(files, { Cmd: ['client'], Env: ['OPENSSL_CONF=/opt/own.settings'] });
    expect(own.start.notes.join()).toContain('OPENSSL_CONF names /opt/own.settings, which is not read');
  });

  it('R_PROFILE and R_PROFILE_USER are read when R starts', async () => {
    const files = {
      'usr/lib/R/bin/exec/R': program(),
      'usr/lib/R/library/glue/DESCRIPTION': 'Package: glue\n',
      'opt/site.R': 'library(glue)\n',
      'opt/user.R': 'x <- 1\n',
    };
    const Env = ['R_PROFILE=/opt/site.R', 'R_PROFILE_USER=/opt/user.R'];
    expect(reachedOf(await exposed(files, { Cmd: ['/usr/lib/R/bin/exec/R'], Env }), /^opt|glue/)).toEqual([
      'opt/site.R: loaded',
      'opt/user.R: loaded',
      'usr/lib/R/library/glue/DESCRIPTION: loaded',
    ]);
  });
});
