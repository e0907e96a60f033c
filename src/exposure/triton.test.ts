import { describe, expect, it } from 'vitest';
import { exposed, library, program, reachedOf } from '../../test/exposure.ts';
import { symlink } from '../../test/image.ts';

const HOME = 'opt/tritonserver';
const SITE = 'usr/lib/python3/dist-packages';
const files = {
  [`${HOME}/bin/tritonserver`]: program(),
  [`${HOME}/backends/python/libtriton_python.so`]: library('libtriton_python.so'),
  [`${HOME}/backends/python/triton_python_backend_stub`]: program(['libpython3.11.so.1.0', 'libc.so.6']),
  [`${HOME}/backends/python/triton_python_backend_utils.py`]: 'import numpy',
  [`${HOME}/backends/onnxruntime/libtriton_onnxruntime.so`]: library('libtriton_onnxruntime.so'),
  'usr/lib/libpython3.11.so.1.0': library('libpython3.11.so.1.0'),
  'usr/bin/python3': program(),
  'usr/lib/python3.11/os.py': '',
  'usr/lib/python3.11/encodings/__init__.py': '',
  [`${SITE}/numpy/__init__.py`]: '',
  [`${SITE}/idle/__init__.py`]: '',
  'models/double/config.pbtxt': 'backend: "python"',
  'models/double/1/model.py': 'import triton_python_backend_utils',
};
const start = (...words: string[]) => exposed(files, { Cmd: [`/${HOME}/bin/tritonserver`, ...words] });

describe('Triton', () => {
  it('opens its backends, and runs models of Python in a program of their own', async () => {
    for (const words of [['--model-repository=/models'], ['--model-store', '/models/']]) {
      const report = await start(...words);
      expect(reachedOf(report, /^(?:opt|models|bin\/bash|usr\/lib\/lib|usr\/lib\/python3\/)/)).toEqual([
        'bin/bash: importable',
        'models/double/1/model.py: importable',
        `${HOME}/backends/onnxruntime/libtriton_onnxruntime.so: importable`,
        `${HOME}/backends/python/libtriton_python.so: importable`,
        `${HOME}/backends/python/triton_python_backend_stub: importable`,
        `${HOME}/backends/python/triton_python_backend_utils.py: importable`,
        `${HOME}/bin/tritonserver: loaded`,
        'usr/lib/libpython3.11.so.1.0: importable',
        `${SITE}/numpy/__init__.py: importable`,
      ]);
      expect(report.start.notes).toEqual([]);
    }
  });

  it('says that models which a volume brings may run any code of Python', async () => {
    for (const words of [['--model-repository=/volume'], ['--model-repository=s3://models'], []])
      expect((await start(...words)).start.notes.join('\n')).toMatch(
        /takes models from .*not in the image[\s\S]*may import what is installed/,
      );
  });

  it('reads a repository once however often it is named, and says where there are too many models', async () => {
    const models = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [`models/m${at}/1/model.py`, 'import numpy']),
    );
    const twice = await exposed(
      { ...files, ...models },
      { Cmd: [`/${HOME}/bin/tritonserver`, ...Array.from({ length: 190 }, () => '--model-store=/models')] },
    );
    expect(twice.start.notes).toEqual([]);
    const linked = Array.from({ length: 190 }, (_, at) => `link${at}`);
    const links = Object.fromEntries(linked.map((name) => [name, symlink('models')]));
    const { start: picture } = await exposed(
      { ...files, ...models, ...links },
      { Cmd: [`/${HOME}/bin/tritonserver`, ...linked.map((name) => `--model-store=/${name}`)] },
    );
    expect(picture.notes).toContain(
      'tritonserver finds more than 5,000 folders of backends and models: the rest is not followed',
    );
  });

  it('says that nothing is known where its backends are nowhere', async () => {
    const { start: picture } = await exposed({ 'opt/tritonserver': program() }, { Cmd: ['/opt/tritonserver'] });
    expect(picture.notes).toEqual(['tritonserver opens backends in a folder that the image does not have']);
  });
});
