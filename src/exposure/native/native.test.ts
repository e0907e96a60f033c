// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables are those of the loader
import { describe, expect, it } from 'vitest';
import { elf } from '../../../test/elf.ts';
import { exposed, library, program, reachedOf } from '../../../test/exposure.ts';
import { symlink } from '../../../test/image.ts';

const CMD = { Cmd: ['/usr/bin/app'] };

describe('what the dynamic loader brings into a process', () => {
  it('is what the program needs, and what that needs, by the default folders', async () => {
    const exposure = await exposed(
      {
        'usr/bin/app': program(['libone.so.1', 'libc.so.6']),
        'usr/lib/x86_64-linux-gnu/libone.so.1': symlink('libone.so.1.2'),
        'usr/lib/x86_64-linux-gnu/libone.so.1.2': library('libone.so.1', ['libtwo.so']),
        'usr/lib/libtwo.so': library('libtwo.so'),
        'usr/lib/libnobody.so': library('libnobody.so'),
      },
      CMD,
    );
    expect(reachedOf(exposure)).toEqual([
      'lib/x86_64-linux-gnu/libc.so.6: loaded',
      'lib64/ld-linux-x86-64.so.2: loaded',
      'usr/bin/app: loaded',
      'usr/lib/libtwo.so: loaded',
      'usr/lib/x86_64-linux-gnu/libone.so.1.2: loaded',
    ]);
  });

  it('RUNPATH is for the file that has it, RPATH for all it brings, LD_LIBRARY_PATH between the two', async () => {
    const files = {
      'opt/a/libx.so': library('libx.so', ['liby.so']),
      'opt/a/liby.so': library('liby.so'),
      'opt/b/libx.so': library('libx.so'),
      'usr/lib/liby.so': library('liby.so'),
    };
    const of = async (paths: { rpath?: string; runpath?: string }, Env: string[] = []) =>
      reachedOf(await exposed({ ...files, 'usr/bin/app': program(['libx.so'], paths) }, { ...CMD, Env }), /lib[xy]/);
    expect(await of({ runpath: '/opt/a' })).toEqual(['opt/a/libx.so: loaded', 'usr/lib/liby.so: loaded']);
    expect(await of({ rpath: '/opt/a' })).toEqual(['opt/a/libx.so: loaded', 'opt/a/liby.so: loaded']);
    expect(await of({ runpath: '/opt/a' }, ['LD_LIBRARY_PATH=/opt/b'])).toEqual(['opt/b/libx.so: loaded']);
    expect(await of({ rpath: '/opt/a' }, ['LD_LIBRARY_PATH=/opt/b'])).toEqual([
      'opt/a/libx.so: loaded',
      'opt/a/liby.so: loaded',
    ]);
    expect(await of({ rpath: '/opt/b', runpath: '/opt/a' })).toEqual([
      'opt/a/libx.so: loaded',
      'usr/lib/liby.so: loaded',
    ]);
  });

  it('$ORIGIN is where the file lies, and a wrong machine is passed over', async () => {
    const narrow = elf({ parts: [{ content: Buffer.from('x') }], soname: 'libz.so', bits: 32 });
    const exposure = await exposed(
      {
        'opt/app/bin/run': program(['libz.so'], { runpath: '/opt/narrow:$ORIGIN/../lib' }),
        'opt/narrow/libz.so': narrow,
        'opt/app/lib/libz.so': library('libz.so', ['libw.so'], { runpath: '${ORIGIN}/deep' }),
        'opt/app/lib/deep/libw.so': library('libw.so'),
      },
      { Cmd: ['/opt/app/bin/run'] },
    );
    expect(reachedOf(exposure, /^opt\/.*\/lib/)).toEqual([
      'opt/app/lib/deep/libw.so: loaded',
      'opt/app/lib/libz.so: loaded',
    ]);
  });

  it('as many files of ld.so.conf are read as no system has; a library in a folder that a later one names is found by its name alone', async () => {
    const conf = (count: number) => ({
      'opt/app': program(['libq.so']),
      'opt/q/libq.so': library('libq.so'),
      'etc/ld.so.conf': 'include ld.so.conf.d/*.conf\n',
      ...Object.fromEntries(
        Array.from({ length: count }, (_, at) => [`etc/ld.so.conf.d/${`${at}`.padStart(3, '0')}.conf`, '# nothing\n']),
      ),
      'etc/ld.so.conf.d/last.conf': '/opt/q\n',
    });
    const reach = async (count: number) => reachedOf(await exposed(conf(count), { Cmd: ['/opt/app'] }), /libq/);
    expect(await reach(98)).toEqual(['opt/q/libq.so: loaded']);
    expect(await reach(99)).toEqual(['opt/q/libq.so: importable']);
  });

  it('ld.so.conf and what it includes goes before the built-in folders; musl has its own file', async () => {
    const glibc = await exposed(
      {
        'usr/bin/app': program(['libq.so']),
        'etc/ld.so.conf': '# ours\ninclude ld.so.conf.d/*.conf\n',
        'etc/ld.so.conf.d/x.conf': '/opt/q\n',
        'opt/q/libq.so': library('libq.so'),
        'usr/lib/libq.so': library('libq.so'),
      },
      CMD,
    );
    expect(reachedOf(glibc, /libq/)).toEqual(['opt/q/libq.so: loaded']);
    const musl = await exposed(
      {
        'usr/bin/app': elf({
          parts: [{ content: Buffer.from('/lib/ld-musl-x86_64.so.1\0'), type: 3 }],
          needed: ['libq.so'],
        }),
        'lib/ld-musl-x86_64.so.1': library('libc.musl-x86_64.so.1'),
        'etc/ld-musl-x86_64.path': '/opt/m\n/usr/lib\n',
        'etc/ld.so.conf': '/opt/q\n',
        'opt/q/libq.so': library('libq.so'),
        'opt/m/libq.so': library('libq.so'),
      },
      CMD,
    );
    expect(reachedOf(musl, /libq|musl/)).toEqual(['lib/ld-musl-x86_64.so.1: loaded', 'opt/m/libq.so: loaded']);
  });

  it('is what is preloaded, what newer processors find, and less surely what libraries open by name', async () => {
    const exposure = await exposed(
      {
        'usr/bin/app': program(['libc.so.6', 'libp.so']),
        'usr/lib/libjemalloc.so.2': library('libjemalloc.so.2'),
        'usr/lib/libp.so': library('libp.so', [], { texts: ['dlopen', 'libplug.so', 'libnowhere.so'] }),
        'usr/lib/glibc-hwcaps/x86-64-v3/libp.so': library('libp.so'),
        'usr/lib/libplug.so': library('libplug.so', ['libdeep.so']),
        'usr/lib/libdeep.so': library('libdeep.so'),
        'etc/nsswitch.conf': 'passwd: files sss [NOTFOUND=return]\n# hosts: gone\n',
        'usr/lib/libnss_sss.so.2': library('libnss_sss.so.2'),
        'usr/lib/libnss_gone.so.2': library('libnss_gone.so.2'),
      },
      { ...CMD, Env: ['LD_PRELOAD=/usr/lib/libjemalloc.so.2'] },
    );
    expect(reachedOf(exposure, /usr\/lib/)).toEqual([
      'usr/lib/glibc-hwcaps/x86-64-v3/libp.so: loaded',
      'usr/lib/libdeep.so: importable',
      'usr/lib/libjemalloc.so.2: loaded',
      'usr/lib/libnss_sss.so.2: importable',
      'usr/lib/libp.so: loaded',
      'usr/lib/libplug.so: importable',
    ]);
  });

  it('is what the C library opens itself when a thread is cancelled, and for names of hosts in other letters', async () => {
    const at = 'usr/lib/x86_64-linux-gnu';
    const exposure = await exposed(
      {
        'usr/bin/app': program(['libc.so.6']),
        [`${at}/libgcc_s.so.1`]: library('libgcc_s.so.1'),
        [`${at}/libidn2.so.0`]: library('libidn2.so.0', ['libunistring.so.2']),
        [`${at}/libunistring.so.2`]: library('libunistring.so.2'),
        [`${at}/libidle.so.2`]: library('libidle.so.2'),
      },
      CMD,
    );
    expect(reachedOf(exposure, /usr\/lib/)).toEqual([
      `${at}/libgcc_s.so.1: importable`,
      `${at}/libidn2.so.0: importable`,
      `${at}/libunistring.so.2: importable`,
    ]);
  });

  it('a library that is in no folder that the loader looks in may be brought in otherwise, and is said to be so', async () => {
    const exposure = await exposed(
      {
        'usr/bin/app': program(['libcudnn.so.8']),
        'opt/venv/nvidia/cudnn/lib/libcudnn.so.8': library('libcudnn.so.8'),
      },
      CMD,
    );
    expect(exposure.reached.get('opt/venv/nvidia/cudnn/lib/libcudnn.so.8')).toMatchObject({
      reach: 'importable',
      how: 'NEEDED libcudnn.so.8, in no folder that the loader looks in',
    });
  });

  it('may be opened by configuration: PAM modules of services, character sets, engines of OpenSSL, backends of Triton', async () => {
    const exposure = await exposed(
      {
        'usr/bin/app': program(['libpam.so.0', 'libcrypto.so.3', 'libtritonserver.so', 'libc.so.6']),
        'usr/lib/libpam.so.0': library('libpam.so.0'),
        'etc/pam.d/login': '# pam_gone.so\nauth required pam_unix.so nullok\n@include common\n',
        'usr/lib/security/pam_unix.so': library('pam_unix.so', ['libcrypt.so.1']),
        'usr/lib/security/pam_idle.so': library('pam_idle.so'),
        'usr/lib/libcrypt.so.1': library('libcrypt.so.1'),
        'lib/x86_64-linux-gnu/gconv/ISO8859-1.so': library('ISO8859-1.so'),
        'usr/lib/libcrypto.so.3': library('libcrypto.so.3'),
        'usr/lib/ossl-modules/legacy.so': library('legacy.so'),
        'usr/lib/libtritonserver.so': library('libtritonserver.so'),
        'usr/backends/onnxruntime/libtriton_onnxruntime.so': library('libtriton_onnxruntime.so', ['libonnx.so'], {
          runpath: '$ORIGIN',
        }),
        'usr/backends/onnxruntime/libonnx.so': library('libonnx.so'),
      },
      CMD,
    );
    expect(reachedOf(exposure, /: importable/)).toEqual([
      'lib/x86_64-linux-gnu/gconv/ISO8859-1.so: importable',
      'usr/backends/onnxruntime/libonnx.so: importable',
      'usr/backends/onnxruntime/libtriton_onnxruntime.so: importable',
      'usr/lib/libcrypt.so.1: importable',
      'usr/lib/ossl-modules/legacy.so: importable',
      'usr/lib/security/pam_unix.so: importable',
    ]);
  });

  it('may be opened out of a folder beside a library, by what a program reads: kinds of pictures, plug-ins', async () => {
    const beside = 'usr/lib/x86_64-linux-gnu';
    const actual = await exposed(
      {
        'usr/bin/app': program(['libMagickCore-6.Q16.so.6', 'libgdk_pixbuf-2.0.so.0', 'libgio-2.0.so.0']),
        ...Object.fromEntries(
          ['libMagickCore-6.Q16.so.6', 'libgdk_pixbuf-2.0.so.0', 'libgio-2.0.so.0'].map((name) => [
            `${beside}/${name}`,
            library(name),
          ]),
        ),
        [`${beside}/ImageMagick-6.9.11/modules-Q16/coders/png.so`]: library('png.so', ['libpng16.so.16']),
        [`${beside}/libpng16.so.16`]: library('libpng16.so.16'),
        [`${beside}/gdk-pixbuf-2.0/2.10.0/loaders/libpixbufloader-gif.so`]: library('libpixbufloader-gif.so'),
        [`${beside}/gio/modules/libgiognutls.so`]: library('libgiognutls.so'),
        [`${beside}/gstreamer-1.0/libgstidle.so`]: library('libgstidle.so'),
      },
      CMD,
    );
    expect(reachedOf(actual, /: importable/)).toEqual([
      `${beside}/ImageMagick-6.9.11/modules-Q16/coders/png.so: importable`,
      `${beside}/gdk-pixbuf-2.0/2.10.0/loaders/libpixbufloader-gif.so: importable`,
      `${beside}/gio/modules/libgiognutls.so: importable`,
      `${beside}/libpng16.so.16: importable`,
    ]);
  });

  it("may be a module of a server's, which its configuration names", async () => {
    const files = {
      'usr/sbin/nginx': program(),
      'usr/lib/nginx/modules/ngx_http_echo_module.so': library('ngx_http_echo_module.so', ['libpcre2-8.so.0']),
      'usr/lib/nginx/modules/README': 'x',
      'usr/lib/x86_64-linux-gnu/libpcre2-8.so.0': library('libpcre2-8.so.0'),
    };
    expect(reachedOf(await exposed(files, { Cmd: ['nginx'] }), /: importable/)).toEqual([
      'usr/lib/nginx/modules/ngx_http_echo_module.so: importable',
      'usr/lib/x86_64-linux-gnu/libpcre2-8.so.0: importable',
    ]);
    expect(reachedOf(await exposed(files, CMD), /nginx/)).toEqual([]);
  });

  it('may be opened by a name that lacks the version of the file beside it, as cuDNN 9 does', async () => {
    const exposure = await exposed(
      {
        'usr/bin/app': program(['libcudnn.so.9'], { runpath: '/opt/cuda' }),
        'opt/cuda/libcudnn.so.9': library('libcudnn.so.9', [], {
          texts: ['dlopen', 'libcudnn_ops.so', 'libcudnn_adv.so'],
        }),
        'opt/cuda/libcudnn_ops.so.9': library('libcudnn_ops.so.9'),
        'opt/cuda/libcudnn_ops.so.old': library('libcudnn_ops.so.old'),
        'opt/cuda/libcudnn_opsets.so.9': library('libcudnn_opsets.so.9'),
        'opt/other/libcudnn_adv.so.9': library('libcudnn_adv.so.9'),
      },
      { Cmd: ['/usr/bin/app'] },
    );
    expect(reachedOf(exposure, /cudnn/)).toEqual([
      'opt/cuda/libcudnn.so.9: loaded',
      'opt/cuda/libcudnn_ops.so.9: importable',
    ]);
  });

  it('may be opened by names in a library that opens others, as CUDA does: from its own folders, less surely', async () => {
    const exposure = await exposed(
      {
        'usr/bin/app': program(['libcudnn.so.8'], { runpath: '/opt/cuda' }),
        'opt/cuda/libcudnn.so.8': library('libcudnn.so.8', [], {
          runpath: '$ORIGIN',
          texts: ['dlopen', 'libcudnn_ops_infer.so.8', 'libnvrtc.so'],
        }),
        'opt/cuda/libcudnn_ops_infer.so.8': library('libcudnn_ops_infer.so.8', ['libcublas.so.11'], {
          runpath: '$ORIGIN',
        }),
        'opt/cuda/libcublas.so.11': library('libcublas.so.11'),
        'opt/cuda/libcudnn_cnn_train.so.8': library('libcudnn_cnn_train.so.8'),
      },
      CMD,
    );
    expect(reachedOf(exposure, /^opt/)).toEqual([
      'opt/cuda/libcublas.so.11: importable',
      'opt/cuda/libcudnn.so.8: loaded',
      'opt/cuda/libcudnn_ops_infer.so.8: importable',
    ]);
  });

  it('by names that are worked out is what the package and what it depends on may bring; of what is known to open others nothing', async () => {
    const actual = await exposed(
      {
        'usr/bin/app': program(['libplug.so.1', 'libc.so.6']),
        'usr/lib/libplug.so.1': library('libplug.so.1', [], { texts: ['dlopen'] }),
        'usr/lib/libneeded.so.1': library('libneeded.so.1'),
        'usr/lib/libidle.so.1': library('libidle.so.1'),
        'var/lib/dpkg/status': ['plug', 'needed', 'idle']
          .map(
            (name) =>
              `Package: ${name}\nStatus: install ok installed\nVersion: 1\n${name === 'plug' ? 'Depends: needed (>= 1)\n' : ''}`,
          )
          .join('\n'),
        ...Object.fromEntries(
          ['plug', 'needed', 'idle'].map((name) => [`var/lib/dpkg/info/${name}.list`, `/usr/lib/lib${name}.so.1\n`]),
        ),
      },
      CMD,
    );
    expect(actual.packages.map(({ name, exposure }) => `${name} ${exposure?.class}`).sort()).toEqual([
      'idle present',
      'needed unknown',
      'plug loaded',
    ]);
    expect(actual.start.notes.join()).toContain('libplug.so.1: libraries are opened by names');
  });
});
