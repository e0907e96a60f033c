import { describe, expect, it } from 'vitest';
import { exposed, program, reachedOf } from '../../../test/exposure.ts';

const SITE = 'opt/venv/lib/python3.11/site-packages';
const files = {
  'usr/bin/python3.11': program(),
  'usr/lib/python3.11/os.py': '',
  'usr/lib/python3.11/site.py': '',
  'opt/venv/pyvenv.cfg': 'home = /usr/bin\n',
  'opt/venv/bin/python': program(),
  [`${SITE}/papermill/__init__.py`]: '',
  [`${SITE}/papermill/__main__.py`]: 'def main():\n    import jupyter_client.kernelspec\nmain()\n',
  [`${SITE}/jupyter_client/__init__.py`]: '',
  [`${SITE}/jupyter_client/kernelspec.py`]: '',
  [`${SITE}/ipykernel_launcher.py`]: 'import ipykernel\n',
  [`${SITE}/ipykernel/__init__.py`]: '',
  'srv/asks.py': 'import papermill\n',
};
/** As ipykernel 6.29 and IRkernel 1.3 write them. */
const OWN = JSON.stringify({
  argv: ['python', '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
  display_name: 'Python 3 (ipykernel)',
  language: 'python',
  metadata: { debugger: true },
});
const OF_R = JSON.stringify({
  argv: ['/usr/lib/R/bin/R', '--slave', '-e', 'IRkernel::main()', '--args', '{connection_file}'],
  display_name: 'R',
  language: 'R',
});
const R = { 'usr/lib/R/bin/R': '#!/bin/sh\nexec /usr/lib/R/bin/exec/R "$@"\n', 'usr/lib/R/bin/exec/R': program() };
const notebook = { Cmd: ['/opt/venv/bin/python', '-m', 'papermill'], WorkingDir: '/srv' };

const reached = async (more: Parameters<typeof exposed>[0], run: Parameters<typeof exposed>[1] = notebook) =>
  reachedOf(await exposed({ ...files, ...more }, run), /ipykernel|R\/bin|tool/);

describe('kernels of Jupyter', () => {
  it('are what whoever runs a notebook may start: its own Python, and those of other languages', async () => {
    const kernels = { 'opt/venv/share/jupyter/kernels/python3/kernel.json': OWN };
    expect(await reached(kernels)).toEqual([
      `${SITE}/ipykernel/__init__.py: importable`,
      `${SITE}/ipykernel_launcher.py: importable`,
    ]);
    const both = { ...kernels, ...R, 'usr/local/share/jupyter/kernels/ir/kernel.json': OF_R };
    expect(await reached(both)).toEqual(
      expect.arrayContaining(['usr/lib/R/bin/exec/R: importable', `${SITE}/ipykernel_launcher.py: importable`]),
    );
  });

  it('lie where the environment says, and have the environment that they name', async () => {
    const kernel = JSON.stringify({ argv: ['tool', '{connection_file}'], env: { PATH: '/opt/tools' } });
    const made = { 'conf/kernels/own/kernel.json': kernel, 'opt/tools/tool': program() };
    const run = { ...notebook, Env: ['JUPYTER_PATH=/conf'] };
    expect(await reached(made, run)).toEqual(['opt/tools/tool: importable']);
    expect(await reached(made)).toEqual([]);
  });

  it('are started by nobody who does not look for them', async () => {
    const run = { ...notebook, Cmd: ['/opt/venv/bin/python', '/srv/asks.py'] };
    expect(await reached({ 'opt/venv/share/jupyter/kernels/python3/kernel.json': OWN }, run)).toEqual([]);
  });

  it.each([
    '',
    '[]',
    '{"argv": "python"}',
    '{"argv": [1, null]}',
    '{"argv": [], "env": {"A": 1}}',
    '{"argv": ["gone"]}',
  ])('are none where the description is damaged: %j', async (text) => {
    expect(await reached({ 'usr/share/jupyter/kernels/python3/kernel.json': text })).toEqual([]);
  });

  it('are two hundred at most, beyond which everything is unknown, and that is said', async () => {
    const at = (number: number): string => `${number}`.padStart(4, '0');
    const many = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, number) => [
          `opt/venv/share/jupyter/kernels/k${at(number)}/kernel.json`,
          JSON.stringify({ argv: number === count - 1 ? ['/usr/bin/tool'] : ['gone'] }),
        ]),
      );
    expect(await reached(many(200))).toEqual(['usr/bin/tool: importable']);
    expect(await reached(many(201))).toEqual([]);
    const { start } = await exposed({ ...files, ...many(201) }, notebook);
    expect(start.notes).toEqual(['more kernels of Jupyter are described than are looked at']);
  });
});
